use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use tempfile::TempDir;

use crate::{
    failure::{CliCode, Failure, Outcome},
    files,
};

/// The folders of the story.
pub struct Stage {
    root: PathBuf,
    temporary: Option<TempDir>,
}

impl Stage {
    /// In the folder that is kept, or in one that goes away with the stage.
    pub fn set(keep: Option<&Path>) -> Outcome<Self> {
        let stage = match keep {
            Some(dir) => {
                if fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
                    return Err(Failure::from(CliCode::DemoFolderNotEmpty).at(dir));
                }
                Self {
                    root: dir.to_owned(),
                    temporary: None,
                }
            }
            None => {
                let dir = tempfile::Builder::new()
                    .prefix("permitcard-demo-")
                    .tempdir()
                    .map_err(|_| Failure::from(CliCode::FolderUnusable).at(&std::env::temp_dir()))?;
                Self {
                    root: dir.path().to_owned(),
                    temporary: Some(dir),
                }
            }
        };
        for folder in [stage.pictures(), stage.verifier(), stage.authority()] {
            files::make_folder(&folder)?;
        }
        Ok(stage)
    }

    /// Ends the play: removes what is not kept. After an interruption a thread may still be writing, and its files then
    /// appear behind the broom; so it is swept until the folder stays away.
    pub async fn leave(self) {
        const PAUSE: Duration = Duration::from_millis(50);
        const MOST: u32 = 60;
        let Some(temporary) = self.temporary else { return };
        let path = temporary.keep();
        for _ in 0..MOST {
            let gone = !path.exists();
            // What cannot be removed now is tried again.
            let _ = fs::remove_dir_all(&path);
            tokio::time::sleep(PAUSE).await;
            if gone && !path.exists() {
                return;
            }
        }
    }

    /// Whether the folders stay.
    pub fn is_kept(&self) -> bool {
        self.temporary.is_none()
    }

    /// Everything.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The authority's data.
    pub fn authority(&self) -> PathBuf {
        self.root.join("authority")
    }

    /// A worker's phone.
    pub fn worker(&self, number: u32) -> PathBuf {
        self.root.join(format!("worker-{number}"))
    }

    /// The verifier's folder.
    pub fn verifier(&self) -> PathBuf {
        self.root.join("verifier")
    }

    /// What was drawn.
    pub fn pictures(&self) -> PathBuf {
        self.root.join("pictures")
    }
}
