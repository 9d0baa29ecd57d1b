//! How cards and answers look in words.

pub mod card;
pub mod verdicts;
