//! Pictures: reading a code out of one, drawing a card.

pub mod card;
pub mod read;
