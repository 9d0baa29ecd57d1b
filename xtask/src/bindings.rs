//! The generated Kotlin and Swift, made from the library that the tests will load.

use std::{fs, path::PathBuf};

use crate::run::{Failure, Outcome, cargo, root, run, target_dir};

/// What [`generate`] made.
pub struct Bindings {
    /// The folder with the native library and the authority's binary.
    pub native: PathBuf,
    /// The folder of the Kotlin sources.
    pub kotlin: PathBuf,
}

/// Builds the library alone (the generator's features must not reach it) and generates both languages from it.
pub fn generate() -> Outcome<Bindings> {
    run(cargo().args(["build", "-p", "permitcard-ffi"]))?;
    run(cargo().args(["build", "-p", "permitcard-bindgen"]))?;
    let native = target_dir().join("debug");
    let library = native.join(format!(
        "{}permitcard_ffi{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    ));
    let generated = target_dir().join("bindings");
    let kotlin = generated.join("kotlin");
    let swift = generated.join("swift");
    for (language, out) in [("kotlin", &kotlin), ("swift", &swift)] {
        if out.exists() {
            fs::remove_dir_all(out)?;
        }
        run(cargo()
            .args([
                "run",
                "-q",
                "-p",
                "permitcard-bindgen",
                "--",
                "generate",
                "--no-format",
                "--language",
                language,
            ])
            .arg("--config")
            .arg(root().join("uniffi.toml"))
            .arg("--out-dir")
            .arg(out)
            .arg(&library))?;
    }
    place_swift(&swift)?;
    Ok(Bindings { native, kotlin })
}

/// Puts the generated Swift, header and module map where the package expects them.
fn place_swift(generated: &std::path::Path) -> Outcome {
    let sources = root().join("ios/Sources");
    let copies = [
        ("PermitCard.swift", "PermitCard/Generated/PermitCard.swift"),
        ("PermitCardFFI.h", "PermitCardFFI/PermitCardFFI.h"),
        ("PermitCardFFI.modulemap", "PermitCardFFI/module.modulemap"),
    ];
    for (from, to) in copies {
        let to = sources.join(to);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        let bytes = fs::read(generated.join(from)).map_err(|error| Failure(format!("generated {from}: {error}")))?;
        // An unchanged file keeps its time, so that Swift does not build again.
        if fs::read(&to).ok().as_deref() != Some(bytes.as_slice()) {
            fs::write(&to, bytes)?;
        }
    }
    Ok(())
}

/// The Swift files that people wrote, relative to the package.
pub fn hand_written_swift() -> Outcome<Vec<String>> {
    let package = root().join("ios");
    let mut files = vec!["Package.swift".to_owned()];
    let mut folders = vec![package.join("Sources"), package.join("Tests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() && !path.ends_with("Generated") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "swift")
                && let Ok(relative) = path.strip_prefix(&package)
            {
                files.push(relative.display().to_string());
            }
        }
    }
    files.sort();
    Ok(files)
}
