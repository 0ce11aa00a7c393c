//! `poolhouse backup` and `poolhouse restore`: everything that lasts, in one sealed file.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek as _, Write as _};
use std::path::Path;

use poolhouse_domain::seal::MasterKey;
use poolhouse_store::{BackupError, Store, Txn};

use crate::cli::{Backup, Restore};
use crate::config::Config;
use crate::failure::Failure;
use crate::files::Beside;
use crate::running::runtime;
use crate::system::SystemRandom;
use crate::{master_key, terminal};

/// What a backup's sealer is derived for.
const PURPOSE: &str = "backup";

/// Writes a backup beside its name, and gives it that name when it is whole and on disk.
pub(crate) fn backup(args: &Backup) -> Result<(), Failure> {
    let (store, master) = open(&args.config)?;
    let beside = Beside::new(&args.to);
    let file = beside.open()?;
    let rows = with(&store, async |store| {
        store.read(move |txn| write(&file, txn, &master)).await
    })?
    .map_err(|error| failed(&args.to, &error))?;
    beside.put_in_place()?;
    terminal::print(&format!("{rows} rows are in {}", args.to.display()));
    Ok(())
}

/// Puts a backup into the store of the configuration, all of it or nothing.
pub(crate) fn restore(args: &Restore) -> Result<(), Failure> {
    let (store, master) = open(&args.config)?;
    let (path, sign_out) = (args.from.clone(), args.sign_out);
    let rows = with(&store, async |store| {
        let restored = store.write::<_, BackupError, _>(move |txn| {
            let mut from = BufReader::new(File::open(&path)?);
            let rows = txn.backup_read(&mut from, &master.sealer(PURPOSE))?;
            if sign_out {
                txn.refresh_families_revoke_all()?;
            }
            Ok(rows)
        });
        restored.await
    })?
    .map_err(|error| failed(&args.from, &error))?;
    terminal::print(&format!("{rows} rows were restored; start the servers"));
    Ok(())
}

/// Writes the file from its beginning: a read is done again when its connection is lost.
fn write(mut file: &File, txn: &mut Txn<'_>, master: &MasterKey) -> Result<u64, BackupError> {
    file.set_len(0)?;
    file.rewind()?;
    let mut to = BufWriter::new(file);
    let rows = txn.backup_write(&mut to, &master.sealer(PURPOSE), &SystemRandom)?;
    to.flush()?;
    Ok(rows)
}

fn open(config: &Path) -> Result<(Store, MasterKey), Failure> {
    let config = Config::read(config)?;
    let master = master_key::read(&config.master)?;
    Ok((config.open_store(&master)?, master))
}

/// Does `work` with the store, and closes it.
fn with<T>(store: &Store, work: impl AsyncFnOnce(&Store) -> T) -> Result<T, Failure> {
    Ok(runtime()?.block_on(async {
        let done = work(store).await;
        store.close().await;
        done
    }))
}

fn failed(path: &Path, error: &BackupError) -> Failure {
    Failure::caused(path.display(), error)
}
