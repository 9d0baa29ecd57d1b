//! `cargo xtask fuzz`: every fuzz target for some seconds, one after the other.
//!
//! What a run finds interesting is kept below `target`, so that the next one goes on there; only seeds and findings are in
//! the repository. A finding is left in `tests/fuzz/artifacts` and fails the command.

mod record;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Mutex,
    thread,
};

use clap::Args;

use crate::{
    run::{Failure, Outcome, cargo, command, output_of, root, run, target_dir},
    tools,
};

/// What to fuzz, and for how long.
#[derive(Args)]
pub struct Fuzz {
    /// Seconds for each target.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Run only these targets; may be given several times.
    #[arg(long)]
    target: Vec<String>,
    /// Targets that run side by side.
    #[arg(long, default_value_t = 1)]
    jobs: usize,
    /// Write the results into the table of docs/fuzzing.md.
    #[arg(long)]
    record: bool,
}

/// What a run of one target came to.
struct Ran {
    target: String,
    seconds: u32,
    executions: u64,
    /// The inputs that failed.
    findings: Vec<PathBuf>,
    /// The last line of the fuzzer, if it ended other than by the clock.
    fault: Option<String>,
}

impl Ran {
    /// The row of the table.
    fn row(&self) -> String {
        let (target, findings) = (&self.target, self.findings.len());
        format!("| `{target}` | {} | {} | {findings} |", self.seconds, self.executions)
    }
}

/// Builds the targets and runs them.
pub fn run_all(fuzz: &Fuzz) -> Outcome {
    let targets = chosen(&fuzz.target)?;
    let programs = build()?;
    let queue = Mutex::new(targets.into_iter());
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..fuzz.jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().ok().and_then(|mut queue| queue.next());
                    let Some(target) = next else { return };
                    let ran = run_one(&programs, &target, fuzz.seconds);
                    if let Ok(mut results) = results.lock() {
                        results.push(ran);
                    }
                }
            });
        }
    });
    let results = results.into_inner().map_err(|_| Failure("a run was lost".to_owned()))?;
    let results = results.into_iter().collect::<Outcome<Vec<Ran>>>()?;
    println!("\n{}", record::HEAD);
    for ran in &results {
        println!("{}", ran.row());
    }
    if fuzz.record {
        record::write(&results)?;
    }
    let bad = |ran: &&Ran| !ran.findings.is_empty() || ran.fault.is_some();
    for ran in results.iter().filter(bad) {
        println!("{}: {}", ran.target, ran.fault.as_deref().unwrap_or("a finding"));
        for finding in &ran.findings {
            println!("  {}", finding.display());
        }
    }
    match results.iter().filter(bad).count() {
        0 => Ok(()),
        count => Err(Failure(format!("{count} targets found something"))),
    }
}

fn folder() -> PathBuf {
    root().join("tests/fuzz")
}

/// The targets that were asked for; all of them where none is named.
fn chosen(asked: &[String]) -> Outcome<Vec<String>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder().join("fuzz_targets"))? {
        if let Some(name) = entry?.path().file_stem().and_then(|name| name.to_str()) {
            all.push(name.to_owned());
        }
    }
    all.sort();
    match asked.iter().find(|name| !all.contains(name)) {
        Some(unknown) => Err(Failure(format!(
            "no fuzz target {unknown}; there are {}",
            all.join(", ")
        ))),
        None if asked.is_empty() => Ok(all),
        None => Ok(asked.to_vec()),
    }
}

/// Builds all targets with the address sanitizer; the folder of their programs.
fn build() -> Outcome<PathBuf> {
    if !tools::installed("rustup") {
        return Err(Failure(
            "missing on this machine: rustup, which brings the nightly compiler that fuzzing needs".to_owned(),
        ));
    }
    let toolchains = output_of(command("rustup").args(["toolchain", "list"])).unwrap_or_default();
    if !toolchains.lines().any(|name| name.starts_with("nightly")) {
        run(command("rustup").args(["toolchain", "install", "nightly", "--profile", "minimal"]))?;
    }
    if !tools::installed("cargo-fuzz") {
        run(cargo().args(["install", "cargo-fuzz", "--locked"]))?;
    }
    let target = target_dir().join("fuzz");
    let mut fuzz = command("rustup");
    // Of the run that started us: they name another compiler.
    for name in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN", "CARGO_TARGET_DIR"] {
        fuzz.env_remove(name);
    }
    run(fuzz
        .args(["run", "nightly", "cargo", "fuzz", "build", "--fuzz-dir", "tests/fuzz"])
        .arg("--target-dir")
        .arg(&target))?;
    let version = output_of(command("rustup").args(["run", "nightly", "rustc", "-vV"])).unwrap_or_default();
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .ok_or_else(|| Failure("the nightly compiler does not say for which machine it builds".to_owned()))?;
    Ok(target.join(host).join("release"))
}

fn run_one(programs: &Path, target: &str, seconds: u32) -> Outcome<Ran> {
    let kept = target_dir().join("fuzz/corpus").join(target);
    let artifacts = folder().join("artifacts").join(target);
    let log = target_dir().join("fuzz").join(format!("{target}.log"));
    fs::create_dir_all(&kept)?;
    fs::create_dir_all(&artifacts)?;
    let before = files(&artifacts)?;
    println!("fuzz: {target}, {seconds} s, log in {}", log.display());
    let status = command(programs.join(target))
        .arg(format!("-max_total_time={seconds}"))
        .args([
            "-max_len=4096",
            "-timeout=10",
            "-rss_limit_mb=1024",
            "-print_final_stats=1",
        ])
        // A slash at the end makes it a folder.
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .arg(&kept)
        .arg(folder().join("corpus").join(target))
        .stdout(Stdio::null())
        .stderr(fs::File::create(&log)?)
        .status()
        .map_err(|error| Failure(format!("{target}: {error}")))?;
    let text = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
    let executions = statistic(&text, "stat::number_of_executed_units:").or_else(|| last_count(&text));
    let findings: Vec<PathBuf> = files(&artifacts)?
        .into_iter()
        .filter(|file| !before.contains(file))
        .collect();
    let fault = (!status.success()).then(|| {
        let line = |word: &str| text.lines().find(|line| line.contains(word)).map(str::to_owned);
        line("panicked at")
            .or_else(|| line("SUMMARY"))
            .unwrap_or_else(|| status.to_string())
    });
    if fault.is_none() && executions.is_none_or(|count| count == 0) {
        return Err(Failure(format!("{target} ran nothing; see {}", log.display())));
    }
    Ok(Ran {
        target: target.to_owned(),
        seconds,
        executions: executions.unwrap_or(0),
        findings,
        fault,
    })
}

fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        found.push(entry?.path());
    }
    Ok(found)
}

/// The number behind a name in the statistics at the end.
fn statistic(text: &str, name: &str) -> Option<u64> {
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

/// The number in front of the last line of progress, `#12345 REDUCE …`: a run that stops early prints no statistics.
fn last_count(text: &str) -> Option<u64> {
    let count = |line: &str| line.strip_prefix('#')?.split_whitespace().next()?.parse().ok();
    text.lines().filter_map(count).next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read() {
        let text =
            "INFO: seed corpus\n#2\tINITED cov: 12\n#4096\tpulse  cov: 12\nstat::number_of_executed_units: 180681\n";
        assert_eq!(statistic(text, "stat::number_of_executed_units:"), Some(180_681));
        assert_eq!(last_count(text), Some(4_096));
        assert_eq!(last_count("nothing"), None);
    }
}
