//! Searching files for bytes that must not be there.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A text as it could stand in a file: UTF-8, UTF-16 with either byte order.
pub fn forms(text: &str) -> Vec<Vec<u8>> {
    let units = || text.encode_utf16();
    vec![
        text.as_bytes().to_vec(),
        units().flat_map(u16::to_le_bytes).collect(),
        units().flat_map(u16::to_be_bytes).collect(),
    ]
}

/// All files below a folder.
pub fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry"))
        {
            if entry.file_type().expect("a type").is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

/// Where any of `needles` stands, byte for byte, in the files below a folder, except those that `skip` names.
pub fn search(dir: &Path, needles: &[Vec<u8>], skip: impl Fn(&Path) -> bool) -> Vec<(PathBuf, usize)> {
    let mut hits = Vec::new();
    for path in files(dir).into_iter().filter(|path| !skip(path)) {
        let bytes = fs::read(&path).expect("a file");
        for (index, needle) in needles.iter().enumerate() {
            assert!(needle.len() >= 8, "a shorter needle is found by chance");
            if contains(&bytes, needle) {
                hits.push((path.clone(), index));
            }
        }
    }
    hits
}

/// Whether `bytes` contain `needle`.
pub fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}
