//! `cargo xtask test`: all checks, one part after the other, with what each took.

use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::{
    bindings,
    counts::Counts,
    foreign,
    run::{Failure, Outcome, cargo, command, root, run, run_reading},
    tools,
};

/// A part of the checks.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Formatting of the Rust code.
    Format,
    /// Clippy with warnings denied.
    Clippy,
    /// Rust tests.
    Rust,
    /// Programs by other people, in Python and Node, that read what we write.
    Foreign,
    /// The credential crate for browsers.
    Wasm,
    /// The Kotlin library, its format and its tests, on the JVM.
    Kotlin,
    /// The Swift package, its format and its tests.
    Swift,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Clippy => "clippy",
            Self::Rust => "rust",
            Self::Foreign => "foreign",
            Self::Wasm => "wasm",
            Self::Kotlin => "kotlin",
            Self::Swift => "swift",
        }
    }

    /// Runs the part. `Some` for parts that count tests.
    fn run(self) -> Outcome<Option<Counts>> {
        match self {
            Self::Format => run(cargo().args(["fmt", "--all", "--check"])).map(|()| None),
            Self::Clippy => {
                run(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])).map(|()| None)
            }
            Self::Rust => rust().map(Some),
            Self::Foreign => foreign::test().map(Some),
            Self::Wasm => wasm().map(|()| None),
            Self::Kotlin => kotlin().map(Some),
            Self::Swift => swift().map(Some),
        }
    }
}

/// Runs the parts that were asked for; all of them where none is named.
pub fn run_parts(only: &[Part]) -> Outcome {
    let parts = if only.is_empty() { Part::value_variants() } else { only };
    let mut rows: Vec<(Part, Duration, Option<Counts>)> = Vec::new();
    let mut total = Counts::default();
    for part in parts {
        println!("\n== {} ==", part.name());
        let start = Instant::now();
        let counts = part
            .run()
            .map_err(|Failure(text)| Failure(format!("{}: {text}", part.name())))?;
        if let Some(counts) = counts {
            if counts.passed == 0 || counts.failed > 0 {
                return Err(Failure(format!(
                    "{}: {} passed, {} failed",
                    part.name(),
                    counts.passed,
                    counts.failed
                )));
            }
            total.add(counts);
        }
        rows.push((*part, start.elapsed(), counts));
    }
    println!();
    for (part, took, _) in &rows {
        println!("{:<8}{:>5} s", part.name(), took.as_secs());
    }
    for (part, _, counts) in &rows {
        if let Some(counts) = counts {
            println!("{}: {} passed, {} failed", part.name(), counts.passed, counts.failed);
        }
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(())
}

fn rust() -> Outcome<Counts> {
    tools::need(tools::RUST)?;
    let mut counts = Counts::default();
    run_reading(cargo().args(["test", "--workspace"]), |line| {
        if let Some(more) = Counts::of_cargo(line) {
            counts.add(more);
        }
    })?;
    Ok(counts)
}

fn wasm() -> Outcome {
    let target = "wasm32-unknown-unknown";
    tools::need(tools::WASM)?;
    tools::rust_target(target)?;
    run(cargo().args(["build", "-p", "permitcard-credential", "--target", target]))
}

/// Builds the programs that the tests start, by the same call as `tests/src/binaries.rs`, so that nothing is built twice.
fn programs() -> Outcome {
    run(cargo().args(["build", "-p", "permitcard", "-p", "permitcard-authority"]))
}

fn kotlin() -> Outcome<Counts> {
    tools::need(tools::KOTLIN)?;
    let bindings = bindings::generate()?;
    programs()?;
    let mut counts = Counts::default();
    let property = |name: &str, path: &std::path::Path| format!("-D{name}={}", path.display());
    run_reading(
        command("mvn")
            // The daemon would outlive Maven with a gigabyte of memory.
            .args(["-B", "-ntp", "-Dkotlin.compiler.daemon=false", "-f", "android/pom.xml"])
            .arg(property("native.dir", &bindings.native))
            .arg(property("bindings.dir", &bindings.kotlin))
            .arg("verify"),
        |line| {
            if let Some(more) = Counts::of_surefire(line) {
                counts.add(more);
            }
        },
    )?;
    Ok(counts)
}

fn swift() -> Outcome<Counts> {
    let bindings = bindings::generate()?;
    programs()?;
    let files = bindings::hand_written_swift()?;
    run(swift_command()?
        .args(["swift", "format", "lint", "--strict"])
        .args(files))?;
    let native = bindings.native.display().to_string();
    let mut counts = Counts::default();
    run_reading(
        swift_command()?
            .args(["swift", "test", "-Xswiftc", "-warnings-as-errors"])
            .args(["-Xlinker", &format!("-L{native}")])
            .args(["-Xlinker", &format!("-rpath={native}")])
            .env("PERMITCARD_NATIVE", &native)
            // A target directory outside of the repository is not seen inside the toolchain's root otherwise.
            .env("SWIFT_ENV_BIND", &native),
        |line| {
            if let Some(more) = Counts::of_swift(line) {
                counts.add(more);
            }
        },
    )?;
    Ok(counts)
}

/// The machine's Swift, or on Debian as root the one in a cache folder; in the folder of the Swift package.
fn swift_command() -> Outcome<std::process::Command> {
    let program = if tools::installed("swift") {
        "env".into()
    } else if tools::debian_root() {
        root().join("ios/scripts/swift-env.sh")
    } else {
        return Err(Failure("missing on this machine: Swift 6".to_owned()));
    };
    let mut command = command(program);
    command.current_dir(root().join("ios"));
    Ok(command)
}
