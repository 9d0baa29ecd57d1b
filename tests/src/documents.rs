//! Parts of documents that are made by tests.

use std::{env, fs, path::Path};

/// Compares the part of a document between `<!-- NAME:begin -->` and `<!-- NAME:end -->` with what the program makes, or
/// with `UPDATE_DOCS=1` writes it.
pub fn check(path: &Path, name: &str, made: &str) {
    let (begin, end) = (format!("<!-- {name}:begin -->\n"), format!("<!-- {name}:end -->"));
    let document = fs::read_to_string(path).expect("the document");
    let (before, rest) = document
        .split_once(&begin)
        .unwrap_or_else(|| panic!("{} has no {begin}", path.display()));
    let (written, after) = rest
        .split_once(&end)
        .unwrap_or_else(|| panic!("{} has no {end}", path.display()));
    let made = format!("{}\n", made.trim_end());
    if written == made {
        return;
    }
    if env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1") {
        fs::write(path, format!("{before}{begin}{made}{end}{after}")).expect("the document can be written");
        return;
    }
    let first = written
        .lines()
        .zip(made.lines())
        .find(|(written, made)| written != made);
    panic!(
        "{} is out of date at {first:?}; run the tests with UPDATE_DOCS=1",
        path.display()
    );
}
