//! Tests of the inside: bytes, pragmas, a full disk at each point. What can be tested from outside is in `tests/`.

mod codecs;
mod frozen;
mod second;
mod sqlite;
