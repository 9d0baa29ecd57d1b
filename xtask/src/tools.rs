//! What the checks need from the machine: installed by us on Debian as root, named in one line elsewhere.

use std::{env, path::Path};

use crate::run::{Failure, Outcome, command, output_of, run};

/// A program and the Debian packages that bring it.
pub struct Tool {
    pub program: &'static str,
    pub packages: &'static [&'static str],
    pub what_for: &'static str,
}

/// For the Kotlin library and its tests.
pub const KOTLIN: &[Tool] = &[
    Tool {
        program: "javac",
        packages: &["openjdk-17-jdk-headless"],
        what_for: "a JDK, 17 or later",
    },
    Tool {
        program: "mvn",
        packages: &["maven"],
        what_for: "Maven",
    },
];

/// For the C parts that are built to WebAssembly.
pub const WASM: &[Tool] = &[Tool {
    program: "clang",
    packages: &["clang"],
    what_for: "clang",
}];

/// For the tests in which somebody else's scanner reads our picture.
pub const RUST: &[Tool] = &[Tool {
    program: "zbarimg",
    packages: &["zbar-tools"],
    what_for: "zbarimg, a QR scanner",
}];

const PYTHON: &[Tool] = &[Tool {
    program: "python3",
    packages: &["python3", "python3-venv"],
    what_for: "Python 3.11 or later",
}];

/// For readers by other people: Python that can make virtual environments, which Debian keeps in a package of its own.
pub fn python() -> Outcome {
    need(PYTHON)?;
    let whole = || output_of(command("python3").args(["-c", "import ensurepip, venv"])).is_some();
    if !whole() && debian_root() {
        install(&["python3-venv"])?;
    }
    if whole() {
        Ok(())
    } else {
        Err(Failure(
            "missing on this machine: Python's venv and ensurepip".to_owned(),
        ))
    }
}

/// For the size of the library as phones ship it.
pub const ARM64: &[Tool] = &[Tool {
    program: "aarch64-linux-gnu-gcc",
    packages: &["gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross"],
    what_for: "a cross compiler for arm64",
}];

/// Makes sure that the tools are there.
pub fn need(tools: &[Tool]) -> Outcome {
    let missing: Vec<&Tool> = tools.iter().filter(|tool| !installed(tool.program)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !debian_root() {
        let names: Vec<&str> = missing.iter().map(|tool| tool.what_for).collect();
        return Err(Failure(format!("missing on this machine: {}", names.join("; "))));
    }
    let packages: Vec<&str> = missing.iter().flat_map(|tool| tool.packages).copied().collect();
    install(&packages)?;
    match missing.iter().find(|tool| !installed(tool.program)) {
        None => Ok(()),
        Some(tool) => Err(Failure(format!(
            "{} is still missing after installing {}",
            tool.program,
            tool.packages.join(" ")
        ))),
    }
}

fn install(packages: &[&str]) -> Outcome {
    println!("xtask: installing {}", packages.join(" "));
    let apt = || {
        let mut apt = command("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    run(apt().args(["update", "-qq"]))?;
    run(apt()
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages))
}

/// Whether we may install what is missing.
pub fn debian_root() -> bool {
    Path::new("/etc/debian_version").exists() && output_of(command("id").arg("-u")).is_some_and(|id| id.trim() == "0")
}

/// Whether a program is on the path.
pub fn installed(program: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}

/// Adds a target to the toolchain in use; without rustup it has to be there already.
pub fn rust_target(target: &str) -> Outcome {
    if installed("rustup") {
        run(command("rustup").args(["-q", "target", "add", target]))
    } else {
        Ok(())
    }
}
