//! How cards and answers look in words.

pub mod card;
pub mod name;
pub mod number;
pub mod policies;
pub mod verdicts;
