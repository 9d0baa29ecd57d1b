//! The folder of holder and verifier: `client.json`, `wallet.db`, `verifier.db`, `keys/`, `pictures/`.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
};

use permitcard_checking::Checker;
use permitcard_crypto::random;
use permitcard_platform::{
    DeviceKeys, SystemClock,
    file_keys::{FileKeys, TestKeyMaker},
};
use permitcard_protocol::{ClientFile, limits};
use permitcard_wallet::{Environment, OpenOptions, Wallet};

use crate::{
    args::HomeArgs,
    failure::{CliCode, Exit, Failure, Outcome},
    files,
    registration::SECRET_LEN,
};

const WALLET_KEYS: &str = "keys/wallet";
const VERIFIER_KEYS: &str = "keys/verifier";
const CHECK_SECRET: &str = "keys/check.bin";
const PICTURES: &str = "pictures";
const PICTURE: &str = "code.png";

/// The folder.
#[derive(Debug, Clone)]
pub struct Home {
    dir: PathBuf,
    /// What attests new keys of the wallet, if anything does.
    key_maker: Option<PathBuf>,
}

impl Home {
    /// The folder that was asked for, else the user's data folder. Makes nothing.
    pub fn locate(asked: Option<&Path>) -> Outcome<Self> {
        if let Some(dir) = asked {
            return Ok(Self::at(dir.to_owned()));
        }
        directories::ProjectDirs::from("", "", "permitcard")
            .map(|dirs| Self::at(dirs.data_dir().to_owned()))
            .ok_or_else(|| CliCode::FolderUnknown.into())
    }

    fn at(dir: PathBuf) -> Self {
        Self { dir, key_maker: None }
    }

    /// The folder and the authority it belongs to; makes both at first use.
    pub fn open(args: &HomeArgs) -> Outcome<(Self, ClientFile)> {
        let mut home = Self::locate(args.home.as_deref())?;
        home.key_maker.clone_from(&args.key_maker);
        let client = home.client(args.client.as_deref())?;
        Ok((home, client))
    }

    /// Where it is.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The client file: the given one, which is then kept, or the kept one. The address of an authority may change; its
    /// root key may not, because everything in the folder hangs on it.
    fn client(&self, given: Option<&Path>) -> Outcome<ClientFile> {
        let kept_path = self.dir.join("client.json");
        let kept = match fs::exists(&kept_path) {
            Ok(true) => Some(ClientFile::parse(&files::read(&kept_path, limits::CLIENT_FILE)?)?),
            Ok(false) => None,
            Err(_) => return Err(Failure::from(CliCode::FolderUnusable).at(&self.dir)),
        };
        let Some(given) = given else {
            return kept.ok_or_else(|| CliCode::ClientMissing.into());
        };
        let client = ClientFile::parse(&files::read(given, limits::CLIENT_FILE)?)?;
        match kept {
            Some(kept) if kept.root_key != client.root_key => return Err(CliCode::ClientDiffers.into()),
            Some(kept) if kept == client => return Ok(client),
            _ => {}
        }
        files::make_folder(&self.dir)?;
        files::write(&kept_path, client.to_json().as_bytes())?;
        Ok(client)
    }

    /// The holder's key store.
    pub fn wallet_keys(&self) -> Outcome<Arc<dyn DeviceKeys>> {
        let keys = FileKeys::open(&self.dir.join(WALLET_KEYS))?;
        Ok(Arc::new(match &self.key_maker {
            Some(file) => keys.attested_by(TestKeyMaker::read(file)?),
            None => keys,
        }))
    }

    /// The verifier's key store; apart from the holder's, which erasing a wallet empties.
    pub fn verifier_keys(&self) -> Outcome<Arc<dyn DeviceKeys>> {
        Ok(Arc::new(FileKeys::open(&self.dir.join(VERIFIER_KEYS))?))
    }

    /// A secret of this device for the kits of providers; made at first use.
    pub fn check_secret(&self) -> Outcome<[u8; SECRET_LEN]> {
        let path = self.dir.join(CHECK_SECRET);
        if let Ok(kept) = files::read(&path, SECRET_LEN)
            && let Ok(secret) = kept.try_into()
        {
            return Ok(secret);
        }
        let secret = random::bytes().map_err(|error| Failure::of(Exit::Later, error.code()))?;
        files::make_folder(&self.dir.join("keys"))?;
        files::write(&path, &secret)?;
        Ok(secret)
    }

    /// Opens the holder's wallet.
    pub async fn wallet(&self, client: ClientFile) -> Outcome<Wallet> {
        let options = OpenOptions::new(self.dir.clone(), client, Environment::Sandbox);
        Ok(Wallet::open(options, self.wallet_keys()?, Arc::new(SystemClock)).await?)
    }

    /// Opens the verifier.
    pub fn checker(&self, client: &ClientFile) -> Outcome<Checker> {
        Ok(Checker::open(
            &self.dir,
            client,
            self.verifier_keys()?.as_ref(),
            Arc::new(SystemClock),
            true,
        )?)
    }

    /// The file for a picture that the user gave no name for.
    pub fn picture(&self) -> Outcome<PathBuf> {
        files::make_folder(&self.dir.join(PICTURES))?;
        Ok(self.dir.join(PICTURES).join(PICTURE))
    }

    fn remove_pictures(&self) -> std::io::Result<()> {
        let entries = match fs::read_dir(self.dir.join(PICTURES)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let path = entry?.path();
            if path
                .file_name()
                .and_then(|name| name.to_str())
                .is_some_and(is_own_picture)
            {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// Whether there is anything of this program here.
    pub fn is_empty(&self) -> bool {
        let kept = ["client.json", "wallet.db", "verifier.db", WALLET_KEYS, VERIFIER_KEYS];
        !kept.iter().any(|name| self.dir.join(name).exists())
    }

    /// Removes what this program keeps in the folder and nothing else, and the folder itself if it is empty then. Key stores
    /// are emptied before, see `erase`.
    pub fn remove_files(&self) -> Outcome<()> {
        let unusable = |_| Failure::from(CliCode::FolderUnusable).at(&self.dir);
        let entries = match fs::read_dir(&self.dir) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(unusable)?,
        };
        for entry in entries {
            let path = entry.map_err(unusable)?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if ["client.json", ".client.json.", "wallet.", "verifier."]
                .iter()
                .any(|own| name.starts_with(own))
            {
                fs::remove_file(&path).map_err(unusable)?;
            }
        }
        for name in [WALLET_KEYS, VERIFIER_KEYS] {
            absent_is_removed(fs::remove_dir_all(self.dir.join(name))).map_err(unusable)?;
        }
        absent_is_removed(fs::remove_file(self.dir.join(CHECK_SECRET))).map_err(unusable)?;
        self.remove_pictures().map_err(unusable)?;
        for folder in ["keys", PICTURES, ""] {
            // The user may keep other things here, and then they stay.
            let _ = fs::remove_dir(self.dir.join(folder));
        }
        Ok(())
    }
}

/// `code.png`, and `code-000.png` and so on for a code in frames.
fn is_own_picture(name: &str) -> bool {
    let number = name.strip_prefix("code-").and_then(|rest| rest.strip_suffix(".png"));
    name == PICTURE
        || number.is_some_and(|number| number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn absent_is_removed(removed: std::io::Result<()>) -> std::io::Result<()> {
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(port: u16, key: &str) -> String {
        let file = serde_json::json!({
            "url": format!("https://127.0.0.1:{port}"), "ca": "PEM",
            "root_key": { "kty": "EC", "crv": "P-384", "x": key, "y": key },
        });
        file.to_string()
    }

    #[test]
    fn client_file_is_kept_and_only_its_root_key_is_fixed() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path().join("a/home"));
        let (first, moved, other) = (
            dir.path().join("first"),
            dir.path().join("moved"),
            dir.path().join("other"),
        );
        fs::write(&first, client(1, "A")).unwrap();
        fs::write(&moved, client(2, "A")).unwrap();
        fs::write(&other, client(1, "B")).unwrap();
        assert_eq!(home.client(None).unwrap_err().code, "cli.client_missing");
        assert!(!home.dir().exists());
        assert_eq!(home.client(Some(&first)).unwrap().url, "https://127.0.0.1:1");
        assert_eq!(home.client(None).unwrap().url, "https://127.0.0.1:1");
        assert_eq!(home.client(Some(&other)).unwrap_err().code, "cli.client_differs");
        assert_eq!(home.client(Some(&moved)).unwrap().url, "https://127.0.0.1:2");
        assert_eq!(home.client(None).unwrap().url, "https://127.0.0.1:2");
    }

    #[test]
    fn only_own_files_are_removed() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path().join("home"));
        for folder in ["keys/wallet", "keys/verifier", "keys/house", "pictures"] {
            fs::create_dir_all(home.dir().join(folder)).unwrap();
        }
        let own = [
            "client.json",
            "wallet.db",
            "wallet.db-wal",
            "verifier.db",
            "keys/check.bin",
            "keys/wallet/x",
            "pictures/code.png",
            "pictures/code-011.png",
        ];
        for name in own.iter().chain(&["pictures/holiday.png"]) {
            fs::write(home.dir().join(name), b"x").unwrap();
        }
        home.remove_files().unwrap();
        assert!(home.is_empty());
        assert!(!home.dir().join("keys/wallet").exists());
        assert!(own.iter().all(|name| !home.dir().join(name).exists()));
        fs::remove_dir(home.dir().join("keys/house")).unwrap();
        fs::remove_file(home.dir().join("pictures/holiday.png")).unwrap();
        home.remove_files().unwrap();
        assert!(!home.dir().exists());
        home.remove_files().unwrap();
    }
}
