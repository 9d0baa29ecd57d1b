//! Takes bad pictures of our codes and has two scanners by other people read them. Each shot has a seed, which fixes it.
//!
//! `permitcard-pictures test SHOTS PYTHON SCAN.PY`: only sizes of 3.5 px a module and more, each as a test;
//! `permitcard-pictures table SHOTS PYTHON SCAN.PY`: the whole table, as `docs/credential.md` has it;
//! `permitcard-pictures write DIR`: some pictures, for people to look at.

#![allow(
    clippy::indexing_slicing,
    reason = "a test program; every place is inside by construction"
)]

mod camera;
mod codes;
mod random;
mod scanners;

use std::{error::Error, path::Path, process::Command};

use camera::{Grey, Shot};
use codes::{Code, codes};
use random::Random;
use scanners::{ZxingCpp, rxing};

/// Edges of a code in the picture, quiet zone and all, in pixels.
const EDGES: [u32; 8] = [300, 340, 380, 420, 460, 500, 530, 560];
/// From here on every shot has to be read.
const ENOUGH: f64 = 3.5;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How many shots of a code at an edge were read.
#[derive(Default)]
struct Read {
    shots: u32,
    zxing_cpp: u32,
    rxing: u32,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *words.as_slice() {
        ["test", shots, python, script] => test(shots.parse()?, Command::new(python).arg(script)),
        ["table", shots, python, script] => table(shots.parse()?, Command::new(python).arg(script)),
        ["write", dir] => write(Path::new(dir)),
        _ => Err("test SHOTS PYTHON SCAN.PY | table SHOTS PYTHON SCAN.PY | write DIR".into()),
    }
}

fn pixels_a_module(code: &Code, edge: u32) -> f64 {
    f64::from(edge) / f64::from(code.matrix.size_with_quiet_zone())
}

/// The seed of a shot: profile, edge and number, readable in decimal.
fn seed(profile: usize, edge: u32, shot: u32) -> u64 {
    (profile as u64 + 1) * 1_000_000_000 + u64::from(edge) * 100_000 + u64::from(shot)
}

fn picture(code: &Code, edge: u32, seed: u64) -> Grey {
    let mut random = Random::new(seed);
    Shot::new(&mut random).take(&code.matrix, edge, &mut random)
}

/// Has both scanners read some shots; those that one of them does not read are named.
fn read(profile: usize, code: &Code, edge: u32, shots: u32, scanner: &mut ZxingCpp) -> Result<Read> {
    let mut read = Read::default();
    for shot in 0..shots {
        let seed = seed(profile, edge, shot);
        let picture = picture(code, edge, seed);
        let by_zxing_cpp = scanner.read(&picture)?.as_deref() == Some(code.text.as_str());
        let by_rxing = rxing(&picture).as_deref() == Some(code.text.as_str());
        read.shots += 1;
        read.zxing_cpp += u32::from(by_zxing_cpp);
        read.rxing += u32::from(by_rxing);
        if pixels_a_module(code, edge) >= ENOUGH && !(by_zxing_cpp && by_rxing) {
            eprintln!(
                "{} at {edge} px, seed {seed}: zxing-cpp {by_zxing_cpp}, rxing {by_rxing}",
                code.name
            );
        }
    }
    Ok(read)
}

fn test(shots: u32, scanner: &mut Command) -> Result<()> {
    let mut scanner = ZxingCpp::start(scanner)?;
    let (mut passed, mut failed) = (0, 0);
    for (profile, code) in codes()?.iter().enumerate() {
        for edge in EDGES.into_iter().filter(|edge| pixels_a_module(code, *edge) >= ENOUGH) {
            let read = read(profile, code, edge, shots, &mut scanner)?;
            let good = read.zxing_cpp == shots && read.rxing == shots;
            *(if good { &mut passed } else { &mut failed }) += 1;
            let last = shots.saturating_sub(1);
            println!(
                "{} {} at {edge} px, {:.1} px a module, seeds {} to {}: zxing-cpp {}/{shots}, rxing {}/{shots}",
                if good { "ok    " } else { "FAILED" },
                code.name,
                pixels_a_module(code, edge),
                seed(profile, edge, 0),
                seed(profile, edge, last),
                read.zxing_cpp,
                read.rxing,
            );
        }
    }
    scanner.finish()?;
    println!("pictures: {passed} passed, {failed} failed");
    if failed > 0 || passed == 0 {
        return Err("not every picture was read".into());
    }
    Ok(())
}

fn table(shots: u32, scanner: &mut Command) -> Result<()> {
    let mut scanner = ZxingCpp::start(scanner)?;
    let heads: String = EDGES.iter().map(|edge| format!(" {edge} px |")).collect();
    println!("| profile | code |{heads}");
    println!("|---|---|{}", "---|".repeat(EDGES.len()));
    for (profile, code) in codes()?.iter().enumerate() {
        let mut row = format!("| {} | {}-L |", code.name, code.matrix.version());
        for edge in EDGES {
            let read = read(profile, code, edge, shots, &mut scanner)?;
            let percent = |count: u32| format!("{}", f64::from(count * 1000 / read.shots.max(1)) / 10.0);
            row.push_str(&format!(
                " {} / {} ({:.1}) |",
                percent(read.zxing_cpp),
                percent(read.rxing),
                pixels_a_module(code, edge)
            ));
        }
        println!("{row}");
    }
    scanner.finish()
}

fn write(dir: &Path) -> Result<()> {
    std::fs::create_dir_all(dir)?;
    for (profile, code) in codes()?.iter().enumerate() {
        for edge in [300, 420, 560] {
            let seed = seed(profile, edge, 0);
            let picture = picture(code, edge, seed);
            let file = std::fs::File::create(dir.join(format!("{}-{edge}-{seed}.png", code.name)))?;
            let mut encoder = png::Encoder::new(file, picture.width, picture.height);
            encoder.set_color(png::ColorType::Grayscale);
            encoder.write_header()?.write_image_data(&picture.pixels)?;
        }
    }
    Ok(())
}
