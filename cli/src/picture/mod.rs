//! Pictures: reading a code out of one, drawing a card.

pub mod card;
pub mod codes;
mod glyphs;
mod letters;
pub mod print;
pub mod read;
