//! Blocks of `docs/credential.md` that tests write.

use std::sync::Mutex;

static FILE: Mutex<()> = Mutex::new(());

fn path() -> String {
    format!("{}/../../docs/credential.md", env!("CARGO_MANIFEST_DIR"))
}

/// The whole document.
pub fn text() -> String {
    std::fs::read_to_string(path()).unwrap()
}

/// Compares the block between `<!-- NAME: … -->` and `<!-- end of NAME -->` with what it should be; with `UPDATE_DOCS`
/// set it is replaced.
pub fn compare(name: &str, fresh: &str) {
    let _one_at_a_time = FILE.lock().unwrap();
    let document = text();
    let start = document.find(&format!("<!-- {name}: ")).unwrap();
    let start = start + document[start..].find("-->\n").unwrap() + 4;
    let end = start + document[start..].find(&format!("<!-- end of {name} -->")).unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let updated = format!("{}{fresh}{}", &document[..start], &document[end..]);
        std::fs::write(path(), updated).unwrap();
    } else {
        let hint = "docs/credential.md is out of date: run `UPDATE_DOCS=1 cargo test -p permitcard-credential --test formats document::`";
        assert_eq!(&document[start..end], fresh, "{hint}");
    }
}

/// The fenced block of a language.
pub fn fenced(language: &str) -> String {
    let document = text();
    let fence = format!("```{language}\n");
    let start = document.find(&fence).unwrap() + fence.len();
    let end = start + document[start..].find("```").unwrap();
    document[start..end].to_owned()
}
