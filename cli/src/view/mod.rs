//! How cards and answers look in words.

pub mod card;
pub mod policies;
pub mod verdicts;
