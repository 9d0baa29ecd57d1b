//! `foreign DIR [COMMAND…]`: starts an authority, writes what foreign readers are given to `DIR/artefacts.json` and
//! `DIR/ca.pem`, runs the command while the authority serves, and ends with its exit code.

use std::{
    error::Error,
    path::PathBuf,
    process::{Command, ExitCode},
};

use permitcard_tests::{foreign::artefacts, sandbox::Sandbox};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let dir = PathBuf::from(arguments.next().ok_or("usage: foreign DIR [COMMAND…]")?);
    std::fs::create_dir_all(&dir)?;
    let sandbox = Sandbox::start();
    std::fs::write(
        dir.join("artefacts.json"),
        serde_json::to_vec_pretty(&artefacts(&sandbox))?,
    )?;
    let ca = dir.join("ca.pem");
    std::fs::write(&ca, sandbox.client().ca)?;
    let Some(program) = arguments.next() else {
        return Ok(ExitCode::SUCCESS);
    };
    let status = Command::new(program)
        .args(arguments)
        .env("FOREIGN_ARTEFACTS", dir.join("artefacts.json"))
        .env("NODE_EXTRA_CA_CERTS", &ca)
        .status()?;
    Ok(status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from))
}
