//! Two scanners by other people.

use std::{
    error::Error,
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use rxing::{
    BinaryBitmap, DecodeHints, Luma8Source, Reader,
    common::{GlobalHistogramBinarizer, HybridBinarizer},
    qrcode::cpp_port::QrReader,
};

use crate::camera::Grey;

/// What `rxing` reads, used as `permitcard verify --png` uses it: with a threshold for each part of the picture, then
/// with one for the whole.
pub fn rxing(picture: &Grey) -> Option<String> {
    let source = || Luma8Source::new(picture.pixels.clone(), picture.width, picture.height).ok();
    let hints = DecodeHints {
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    let local = QrReader.decode_with_hints(&mut BinaryBitmap::new(HybridBinarizer::new(source()?)), &hints);
    let found = local.or_else(|_| {
        let whole = source().map(GlobalHistogramBinarizer::new);
        let whole = whole.ok_or(rxing::Exceptions::NOT_FOUND)?;
        QrReader.decode_with_hints(&mut BinaryBitmap::new(whole), &hints)
    });
    Some(found.ok()?.getText().to_owned())
}

/// `zxing-cpp` in a Python process: `tests/foreign/python/scan.py`.
pub struct ZxingCpp {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl ZxingCpp {
    pub fn start(command: &mut Command) -> Result<Self, Box<dyn Error>> {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = process.stdin.take().ok_or("no input")?;
        let output = BufReader::new(process.stdout.take().ok_or("no output")?);
        Ok(Self { process, input, output })
    }

    /// What it reads with its usual options.
    pub fn read(&mut self, picture: &Grey) -> Result<Option<String>, Box<dyn Error>> {
        writeln!(self.input, "{} {}", picture.width, picture.height)?;
        self.input.write_all(&picture.pixels)?;
        self.input.flush()?;
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            return Err("the scanner ended".into());
        }
        let text = line.trim_end_matches('\n');
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    /// Lets it end.
    pub fn finish(mut self) -> Result<(), Box<dyn Error>> {
        drop(self.input);
        match self.process.wait()?.success() {
            true => Ok(()),
            false => Err("the scanner failed".into()),
        }
    }
}
