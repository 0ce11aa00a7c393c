//! The data folder: the store, and the deployment key, which is its master key.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use poolhouse_domain::seal::{KEY_LEN, MasterKey};
use poolhouse_domain::{Random, Secret};
use poolhouse_store::{Store, StoreUrl};

use crate::failure::Failure;

/// A data folder that is open.
pub(crate) struct Data {
    pub(crate) store: Store,
    pub(crate) key: MasterKey,
}

/// Opens the data folder at `path`, or makes it: readable for its owner only, and ignored by Git.
pub(crate) fn open(path: &Path, random: Arc<dyn Random>) -> Result<Data, Failure> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |error: std::io::Error| Failure::io(&path, &error)
    };
    fs::create_dir_all(path).map_err(at(path))?;
    fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(at(path))?;
    let ignore = path.join(".gitignore");
    if !ignore.exists() {
        replace(&ignore, "*\n").map_err(at(&ignore))?;
    }
    let key = key(&path.join("deployment.key"), &*random)?;
    let file = path.join("pool.db");
    let store =
        Store::open(&StoreUrl::from(&*file), key.sealer("store"), random).map_err(|error| {
            Failure::caused(format!("{}: cannot open the store", file.display()), &error)
        })?;
    let key = store.hash_key();
    Ok(Data { store, key })
}

/// Takes the folder for this process until the file is dropped: two servers on one folder would each
/// write the app's configuration, and one of them to a port that is soon dead.
pub(crate) fn lock(path: &Path) -> Result<fs::File, Failure> {
    let name = path.join("lock");
    let file = fs::File::create(&name).map_err(|error| Failure::io(&name, &error))?;
    file.try_lock().map_err(|_| {
        Failure::new(format!(
            "{}: another poolhouse serves this folder; stop it, or keep this one's data elsewhere with `--data`",
            path.display(),
        ))
    })?;
    Ok(file)
}

/// The key in `path`; the first time, a new one. A file of another length is not overwritten: what
/// was sealed with it would be lost.
fn key(path: &Path, random: &dyn Random) -> Result<MasterKey, Failure> {
    let fresh = MasterKey::generate(random);
    let mut create = OpenOptions::new();
    create.write(true).create_new(true).mode(0o600);
    match create.open(path) {
        Ok(mut file) => {
            file.write_all(fresh.expose())
                .and_then(|()| file.sync_all())
                .map_err(|error| Failure::io(path, &error))?;
            Ok(fresh)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read_key(path),
        Err(error) => Err(Failure::io(path, &error)),
    }
}

fn read_key(path: &Path) -> Result<MasterKey, Failure> {
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|mut file| file.read_to_end(&mut bytes))
        .map_err(|error| Failure::io(path, &error))?;
    let bytes = Secret::new(bytes);
    let key: [u8; KEY_LEN] = bytes.expose().as_slice().try_into().map_err(|_| {
        Failure::new(format!(
            "{}: got a key of {} bytes, expected {KEY_LEN}. Put the right key back, or remove the whole folder to start anew.",
            path.display(),
            bytes.expose().len(),
        ))
    })?;
    Ok(MasterKey::new(Secret::new(key)))
}

/// Writes `text` to `path` whole or not at all: a reader never sees half of it.
pub(crate) fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let mut file = fs::File::create(&beside)?;
    file.write_all(text.as_bytes())?;
    drop(file);
    fs::rename(&beside, path)
}
