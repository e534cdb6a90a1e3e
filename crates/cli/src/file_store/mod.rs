//! A page store in one file, written at its end only.
//!
//!     offset  size  field
//!          0     8  "PlnFile" and a zero
//!          8     4  format version
//!         12     4  zero
//!         16        records, one for each batch (`record.rs`)
//!
//! A batch is durable once its record is flushed, and the next is only written then, so that a crash can tear the last
//! record and no other: opening drops a torn last record, and refuses a file damaged before its end. When most of a file
//! is pages written again or deleted since, opening copies the rest into a new file that replaces it.

mod record;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use storage::page::checksum;
use storage::{LocalFuture, PageBytes, PageId, PageStore, Result, StorageError, WriteBatch};

const MAGIC: &[u8; 8] = b"PlnFile\0";
const VERSION: u32 = 1;
const FILE_HEADER: u64 = 16;
/// A file with less garbage than this is not worth copying, in bytes.
const LEAST_GARBAGE: u64 = 64 * 1024;
/// Pages in one record of a copied file.
const COPIED_AT_ONCE: usize = 64;

/// A page store in a file. The file is locked while the store lives: a second process is refused.
pub struct FileStore {
    path: PathBuf,
    inner: RefCell<Inner>,
}

struct Inner {
    file: File,
    /// Where each page's bytes are, and how many.
    pages: HashMap<PageId, (u64, u32)>,
    /// Where the last good record ends.
    end: u64,
    /// The number of the next record.
    next: u64,
    /// A write failed in a way that leaves the file's end unknown: nothing is written any more.
    broken: bool,
}

impl FileStore {
    /// Opens the store in the file, which is made when there is none.
    pub fn open(path: &Path) -> Result<Self> {
        let mut inner = open_file(path, path)?;
        let live: u64 = inner.pages.values().map(|&(_, len)| u64::from(len)).sum();
        let garbage = inner.end - FILE_HEADER - live;
        if garbage > LEAST_GARBAGE && garbage > inner.end / 2 {
            inner = compact(path, &inner)?;
        }
        Ok(Self {
            path: path.into(),
            inner: RefCell::new(inner),
        })
    }

    /// Bytes of the file.
    #[cfg(test)]
    fn len(&self) -> u64 {
        self.inner.borrow().end
    }
}

impl PageStore for FileStore {
    fn read<'a>(&'a self, ids: &'a [PageId]) -> LocalFuture<'a, Result<Vec<Option<PageBytes>>>> {
        let inner = self.inner.borrow();
        let found = ids
            .iter()
            .map(|&id| inner.read(id))
            .collect::<io::Result<_>>();
        Box::pin(std::future::ready(
            found.map_err(|e| failed(&self.path, &e)),
        ))
    }

    fn write(&self, batch: WriteBatch) -> LocalFuture<'_, Result<()>> {
        let written = self.inner.borrow_mut().append(&batch);
        Box::pin(std::future::ready(
            written.map_err(|e| failed(&self.path, &e)),
        ))
    }
}

impl Inner {
    fn read(&self, id: PageId) -> io::Result<Option<PageBytes>> {
        let Some(&(at, len)) = self.pages.get(&id) else {
            return Ok(None);
        };
        let mut bytes = vec![0; len as usize];
        let mut file = &self.file;
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut bytes)?;
        Ok(Some(bytes.into()))
    }

    /// Appends a record and flushes it; the batch counts from then on.
    fn append(&mut self, batch: &WriteBatch) -> io::Result<()> {
        if self.broken {
            return Err(io::Error::other(
                "an earlier write failed; open the file again to go on",
            ));
        }
        let record = record::encode(batch, self.next)?;
        let mut file = &self.file;
        let written = file
            .seek(SeekFrom::Start(self.end))
            .and_then(|_| file.write_all(&record));
        if let Err(error) = written {
            // What was written of the record is dropped; if even that fails, opening the file does it.
            self.broken = file.set_len(self.end).is_err();
            return Err(error);
        }
        if let Err(error) = file.sync_data() {
            // The system may have forgotten the bytes and will not say so again.
            self.broken = true;
            return Err(error);
        }
        let body = &record[record::HEADER..];
        record::apply(&mut self.pages, body, self.end + record::HEADER as u64)
            .ok_or_else(|| io::Error::other("a record just written cannot be read"))?;
        self.end += record.len() as u64;
        self.next += 1;
        Ok(())
    }
}

/// Opens and locks a file and reads its records; `shown` is its name in messages.
fn open_file(path: &Path, shown: &Path) -> Result<Inner> {
    let fails = |error: io::Error| failed(shown, &error);
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(fails)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(StorageError::Store {
                message: format!("{} is in use by another process", shown.display()),
            });
        }
        Err(TryLockError::Error(error)) => return Err(fails(error)),
    }
    let len = file.metadata().map_err(fails)?.len();
    let mut header = [0; FILE_HEADER as usize];
    if len < FILE_HEADER {
        // New, or its maker crashed before it held anything; anything else in it would be somebody's file.
        let mut start = Vec::new();
        file.read_to_end(&mut start).map_err(fails)?;
        header[..8].copy_from_slice(MAGIC);
        header[8..12].copy_from_slice(&VERSION.to_le_bytes());
        if !header.starts_with(&start) {
            return Err(not_ours(shown));
        }
        file.rewind().map_err(fails)?;
        file.write_all(&header).map_err(fails)?;
        file.sync_all().map_err(fails)?;
    } else {
        file.read_exact(&mut header).map_err(fails)?;
        if &header[..8] != MAGIC {
            return Err(not_ours(shown));
        }
        let found = record::u32_at(&header, 8).unwrap_or(0);
        if found != VERSION {
            return Err(StorageError::Format {
                found,
                expected: VERSION,
            });
        }
    }
    let mut inner = Inner {
        file,
        pages: HashMap::new(),
        end: FILE_HEADER,
        next: 1,
        broken: false,
    };
    read_records(&mut inner, len, shown)?;
    Ok(inner)
}

/// Reads the records of a file of `len` bytes and drops a torn last one.
fn read_records(inner: &mut Inner, len: u64, shown: &Path) -> Result<()> {
    let fails = |error: io::Error| failed(shown, &error);
    let damaged = |at: u64| StorageError::DamagedStore {
        message: format!("{} has a damaged record at byte {at}", shown.display()),
    };
    let mut reader = io::BufReader::with_capacity(1 << 20, &inner.file);
    reader.seek(SeekFrom::Start(FILE_HEADER)).map_err(fails)?;
    let mut body = Vec::new();
    let (mut at, mut next) = (FILE_HEADER, inner.next);
    while at < len {
        let mut header = [0; record::HEADER];
        let left = len - at;
        let mut good = None;
        if left >= record::HEADER as u64 {
            reader.read_exact(&mut header).map_err(fails)?;
            // A copied file starts with the number its original had reached.
            good = record::parse_header(&header).filter(|&(size, number, _)| {
                (number == next || at == FILE_HEADER)
                    && u64::from(size) <= left - record::HEADER as u64
            });
        }
        if let Some((size, _, sum)) = good {
            body.resize(size as usize, 0);
            reader.read_exact(&mut body).map_err(fails)?;
            good = good.filter(|_| checksum(&body) == sum);
        }
        let Some((_, number, _)) = good else {
            break;
        };
        next = number + 1;
        record::apply(&mut inner.pages, &body, at + record::HEADER as u64)
            .ok_or_else(|| damaged(at))?;
        at += (record::HEADER + body.len()) as u64;
    }
    if at < len {
        let mut rest = Vec::new();
        reader.seek(SeekFrom::Start(at)).map_err(fails)?;
        reader.read_to_end(&mut rest).map_err(fails)?;
        if record::whole_record_follows(&rest) {
            return Err(damaged(at));
        }
    }
    drop(reader);
    if at < len {
        inner.file.set_len(at).map_err(fails)?;
        inner.file.sync_all().map_err(fails)?;
    }
    (inner.end, inner.next) = (at, next);
    Ok(())
}

/// Copies the pages into a new file, which takes the place of the old one when it is complete.
fn compact(path: &Path, old: &Inner) -> Result<Inner> {
    let mut name = path.as_os_str().to_owned();
    name.push(".compact");
    let beside = PathBuf::from(name);
    let fails = |error: io::Error| failed(path, &error);
    // What a crash in the middle of this left behind.
    match std::fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(fails(error)),
        _ => {}
    }
    let mut new = open_file(&beside, path)?;
    new.next = old.next;
    let mut ids: Vec<PageId> = old.pages.keys().copied().collect();
    ids.sort_unstable();
    for group in ids.chunks(COPIED_AT_ONCE) {
        let mut batch = WriteBatch::default();
        for &id in group {
            if let Some(page) = old.read(id).map_err(fails)? {
                batch.puts.push((id, page));
            }
        }
        new.append(&batch).map_err(fails)?;
    }
    new.file.sync_all().map_err(fails)?;
    std::fs::rename(&beside, path).map_err(fails)?;
    // The rename is durable with its directory; where directories cannot be opened it is so anyway.
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        folder.sync_all().map_err(fails)?;
    }
    Ok(new)
}

fn not_ours(path: &Path) -> StorageError {
    StorageError::Store {
        message: format!("{} is not a file of this program", path.display()),
    }
}

fn failed(path: &Path, error: &io::Error) -> StorageError {
    let message = format!("{}: {error}", path.display());
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StorageError::Full { message },
        _ => StorageError::Store { message },
    }
}

#[cfg(test)]
mod tests;
