//! Letters of a drawing: how wide they are, about, and how they are written in SVG.

use crate::output::columns;

/// The size in which `text` is not wider than `room`, at most `size`. A Latin letter is about 0.62 of the size, a Chinese
/// character, two columns, a little less than twice that.
pub fn fitted(text: &str, size: u32, room: u32) -> u32 {
    let columns = u32::try_from(columns(text)).unwrap_or(u32::MAX);
    let wide = columns.saturating_mul(size) / 100 * 62;
    if wide > room {
        size.saturating_mul(room) / wide
    } else {
        size
    }
}

/// A text between tags.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
