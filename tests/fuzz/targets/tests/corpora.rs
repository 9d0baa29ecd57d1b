//! Replays the corpora of all fuzz targets: what once was a finding stays mended.
//!
//! `UPDATE_SEEDS=1` writes the seeds anew.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::{collections::BTreeSet, fs, path::PathBuf};

use permitcard_fuzz_targets::{ALL, seeds};

/// The longest file of a corpus: they are small, so that they can be read.
const LONGEST: u64 = 4_096;

fn fuzz() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn names(folder: &str, ending: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(fuzz().join(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .map(|name| name.strip_suffix(ending).map(str::to_owned).unwrap_or(name))
        .collect()
}

#[test]
fn every_target_has_a_program_and_a_corpus() {
    let targets: BTreeSet<String> = ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names("fuzz_targets", ".rs"), targets);
    assert_eq!(names("corpus", ""), targets);
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    for target in targets {
        assert!(manifest.contains(&format!("name = \"{target}\"")), "{target}");
        let program = fs::read_to_string(fuzz().join(format!("fuzz_targets/{target}.rs"))).unwrap();
        assert!(
            program.contains(&format!("permitcard_fuzz_targets::{target}(data)")),
            "{target}"
        );
    }
}

#[test]
fn the_corpora_are_replayed() {
    for (name, target) in ALL {
        let mut files: Vec<_> = fs::read_dir(fuzz().join("corpus").join(name))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        assert!(files.len() >= 3, "the corpus of {name} is nearly empty");
        for file in &files {
            let bytes = fs::read(file).unwrap();
            assert!(bytes.len() as u64 <= LONGEST, "{} is long", file.display());
            // Named first, because a finding stops here.
            println!("{}", file.display());
            target(&bytes);
        }
        println!("{name}: {} files", files.len());
    }
}

/// Fresh tokens, which the keys of this process signed: their signatures are good, unlike those of the files.
#[test]
fn fresh_seeds_are_taken() {
    let targets: BTreeSet<&str> = ALL.iter().map(|(name, _)| *name).collect();
    let seeds = seeds();
    assert_eq!(seeds.iter().map(|(name, ..)| *name).collect::<BTreeSet<_>>(), targets);
    for (target, name, bytes) in seeds {
        let run = ALL.iter().find(|(other, _)| *other == target).unwrap().1;
        run(&bytes);
        if std::env::var_os("UPDATE_SEEDS").is_some() {
            let folder = fuzz().join("corpus").join(target);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(name), bytes).unwrap();
        }
    }
}
