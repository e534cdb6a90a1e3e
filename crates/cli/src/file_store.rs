//! A page store in one file, written at its end only.
//!
//!     offset  size  field
//!          0     8  "PlnFile" and a zero
//!          8     4  format version
//!         12     4  zero
//!         16        records, one for each batch:
//!
//!          0     4  "PREC"
//!          4     4  bytes of the body n
//!          8     8  number of the record, one more than the one before
//!         16     4  CRC-32C of the body
//!         20     4  CRC-32C of the bytes 0..20
//!         24     n  body: u32 pages put | u32 pages deleted
//!                         then each page put: u32 number | u32 length | bytes
//!                         then each page deleted: u32 number
//!
//! A batch is durable once its record is flushed, and the next is only written then, so that a crash can tear the last
//! record and no other: opening drops a torn last record, and refuses a file damaged before its end. When most of a file
//! is pages written again or deleted since, opening copies the rest into a new file that replaces it.

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
const RECORD_MAGIC: &[u8; 4] = b"PREC";
const RECORD_HEADER: usize = 24;
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
        let record = record(batch, self.next)?;
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
        let body = &record[RECORD_HEADER..];
        apply(&mut self.pages, body, self.end + RECORD_HEADER as u64)
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
        let found = u32_at(&header, 8).unwrap_or(0);
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
        let mut header = [0; RECORD_HEADER];
        let left = len - at;
        let mut good = None;
        if left >= RECORD_HEADER as u64 {
            reader.read_exact(&mut header).map_err(fails)?;
            // A copied file starts with the number its original had reached.
            good = parse_header(&header).filter(|&(size, number, _)| {
                (number == next || at == FILE_HEADER)
                    && u64::from(size) <= left - RECORD_HEADER as u64
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
        apply(&mut inner.pages, &body, at + RECORD_HEADER as u64).ok_or_else(|| damaged(at))?;
        at += (RECORD_HEADER + body.len()) as u64;
    }
    if at < len {
        let mut rest = Vec::new();
        reader.seek(SeekFrom::Start(at)).map_err(fails)?;
        reader.read_to_end(&mut rest).map_err(fails)?;
        if whole_record_follows(&rest) {
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

/// True when a whole record starts behind the first byte: the damage before it is not a torn end.
fn whole_record_follows(rest: &[u8]) -> bool {
    (1..rest.len().saturating_sub(RECORD_HEADER - 1)).any(|at| {
        let record = &rest[at..];
        record.starts_with(RECORD_MAGIC)
            && parse_header(&record[..RECORD_HEADER]).is_some_and(|(size, _, sum)| {
                let body = record[RECORD_HEADER..].get(..size as usize);
                body.is_some_and(|body| checksum(body) == sum)
            })
    })
}

/// Length and number of a record, and the checksum of its body; `None` when the header is damaged.
fn parse_header(header: &[u8]) -> Option<(u32, u64, u32)> {
    let sound = header.starts_with(RECORD_MAGIC) && checksum(&header[..20]) == u32_at(header, 20)?;
    let number = u64::from(u32_at(header, 8)?) | u64::from(u32_at(header, 12)?) << 32;
    sound.then_some((u32_at(header, 4)?, number, u32_at(header, 16)?))
}

/// The bytes of a record.
fn record(batch: &WriteBatch, number: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; RECORD_HEADER];
    bytes.extend((batch.puts.len() as u32).to_le_bytes());
    bytes.extend((batch.deletes.len() as u32).to_le_bytes());
    for (id, page) in &batch.puts {
        bytes.extend(id.0.to_le_bytes());
        bytes.extend((page.len() as u32).to_le_bytes());
        bytes.extend_from_slice(page);
    }
    for id in &batch.deletes {
        bytes.extend(id.0.to_le_bytes());
    }
    let size = u32::try_from(bytes.len() - RECORD_HEADER)
        .map_err(|_| io::Error::other("more than 4 GiB changed at once"))?;
    let sum = checksum(&bytes[RECORD_HEADER..]);
    bytes[..4].copy_from_slice(RECORD_MAGIC);
    bytes[4..8].copy_from_slice(&size.to_le_bytes());
    bytes[8..16].copy_from_slice(&number.to_le_bytes());
    bytes[16..20].copy_from_slice(&sum.to_le_bytes());
    let sum = checksum(&bytes[..20]);
    bytes[20..24].copy_from_slice(&sum.to_le_bytes());
    Ok(bytes)
}

/// Notes where the pages of a record lie whose body starts at `start` of the file; `None` when the body ends early.
fn apply(pages: &mut HashMap<PageId, (u64, u32)>, body: &[u8], start: u64) -> Option<()> {
    let (puts, deletes) = (u32_at(body, 0)?, u32_at(body, 4)?);
    let mut at = 8;
    for _ in 0..puts {
        let (id, len) = (PageId(u32_at(body, at)?), u32_at(body, at + 4)?);
        at += 8;
        body.get(at..at.checked_add(len as usize)?)?;
        pages.insert(id, (start + at as u64, len));
        at += len as usize;
    }
    for _ in 0..deletes {
        pages.remove(&PageId(u32_at(body, at)?));
        at += 4;
    }
    Some(())
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

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
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
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::rc::Rc;
    use storage::{Database, block_on};
    use types::{Batch, Column, DataType, Vector};

    /// A file of its own for a test, removed at the end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let name = format!("planarium-{}-{name}", std::process::id());
            let path = std::env::temp_dir().join(name);
            let _ = std::fs::remove_file(&path);
            Self(path)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    type Model = BTreeMap<u32, Vec<u8>>;

    /// Some pages put and some deleted, different each time.
    fn change(store: &FileStore, model: &mut Model, number: u32) {
        let mut batch = WriteBatch::default();
        for id in 0..8_u32 {
            match (id * 7 + number * 5) % 4 {
                0 => {
                    let page = vec![number as u8; 20 + id as usize];
                    batch.puts.push((PageId(id), page.as_slice().into()));
                    model.insert(id, page);
                }
                1 => {
                    batch.deletes.push(PageId(id));
                    model.remove(&id);
                }
                _ => {}
            }
        }
        block_on(store.write(batch)).unwrap();
    }

    fn pages(store: &FileStore) -> Model {
        let ids: Vec<PageId> = (0..10).map(PageId).collect();
        let read = block_on(store.read(&ids)).unwrap();
        let found = ids.iter().zip(read);
        found
            .filter_map(|(id, page)| Some((id.0, page?.to_vec())))
            .collect()
    }

    #[test]
    fn what_was_written_is_read_again() {
        let scratch = Scratch::new("again");
        let mut model = Model::new();
        for number in 0..12 {
            let store = FileStore::open(&scratch.0).unwrap();
            assert_eq!(pages(&store), model);
            change(&store, &mut model, number);
            assert_eq!(pages(&store), model);
        }
    }

    #[test]
    fn a_torn_end_is_dropped_and_nothing_else() {
        let scratch = Scratch::new("torn");
        let mut model = Model::new();
        let store = FileStore::open(&scratch.0).unwrap();
        (0..4).for_each(|number| change(&store, &mut model, number));
        let (before, start) = (model.clone(), store.len() as usize);
        change(&store, &mut model, 4);
        drop(store);
        let good = std::fs::read(&scratch.0).unwrap();
        for cut in start..good.len() {
            // Cut off; filled with zeros; the first part lost and the second there.
            let mut zeros = good.clone();
            zeros[cut..].fill(0);
            let mut late = good.clone();
            late[start..=cut].fill(0);
            for torn in [&good[..cut], &zeros, &late] {
                std::fs::write(&scratch.0, torn).unwrap();
                let store = FileStore::open(&scratch.0).unwrap();
                let found = pages(&store);
                // Zeros may be what was written.
                assert!(found == before || torn == &good[..], "cut at {cut}");
                let mut found = found;
                change(&store, &mut found, 9);
                drop(store);
                assert_eq!(pages(&FileStore::open(&scratch.0).unwrap()), found);
            }
        }
        std::fs::write(&scratch.0, &good).unwrap();
        assert_eq!(pages(&FileStore::open(&scratch.0).unwrap()), model);
    }

    #[test]
    fn damage_before_the_end_is_an_error() {
        let scratch = Scratch::new("damage");
        let mut model = Model::new();
        let store = FileStore::open(&scratch.0).unwrap();
        (0..3).for_each(|number| change(&store, &mut model, number));
        let last = store.len() as usize;
        change(&store, &mut model, 3);
        drop(store);
        let good = std::fs::read(&scratch.0).unwrap();
        for at in 0..last {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 8);
            std::fs::write(&scratch.0, &bad).unwrap();
            let opened = FileStore::open(&scratch.0);
            // Four bytes of the file's header say nothing yet.
            assert_eq!(opened.is_ok(), (12..16).contains(&at), "byte {at}");
            assert_eq!(
                std::fs::read(&scratch.0).unwrap(),
                bad,
                "a refused file is left alone"
            );
        }
    }

    #[test]
    fn other_files_and_other_processes_are_left_alone() {
        let scratch = Scratch::new("other");
        std::fs::write(&scratch.0, "a letter").unwrap();
        assert!(FileStore::open(&scratch.0).is_err());
        assert_eq!(std::fs::read(&scratch.0).unwrap(), b"a letter");
        std::fs::write(&scratch.0, "a letter of more than sixteen bytes").unwrap();
        assert!(FileStore::open(&scratch.0).is_err());
        std::fs::remove_file(&scratch.0).unwrap();
        let _first = FileStore::open(&scratch.0).unwrap();
        let second = FileStore::open(&scratch.0).err().unwrap();
        assert!(second.to_string().contains("in use"), "{second}");
    }

    #[test]
    fn garbage_goes_when_the_file_is_opened() {
        let scratch = Scratch::new("garbage");
        let page = |byte: u8| PageBytes::from(vec![byte; 4_096]);
        let store = FileStore::open(&scratch.0).unwrap();
        for round in 0..40 {
            let puts = (0..5).map(|id| (PageId(id), page(round)));
            let batch = WriteBatch {
                puts: puts.collect(),
                deletes: vec![PageId(9)],
            };
            block_on(store.write(batch)).unwrap();
        }
        let long = store.len();
        drop(store);
        for _ in 0..2 {
            let store = FileStore::open(&scratch.0).unwrap();
            assert!(store.len() < long / 30, "{} of {long} bytes", store.len());
            let all = pages(&store);
            assert_eq!(all.len(), 5);
            assert!(all.values().all(|bytes| bytes[..] == page(39)[..]));
        }
    }

    #[test]
    fn a_database_lives_in_a_file() {
        let scratch = Scratch::new("database");
        let rows = |from: i64| {
            let numbers = Vector::I64((from..from + 1_000).collect());
            Batch::new(vec![std::sync::Arc::new(Column::new(numbers))], 1_000)
        };
        let store = Rc::new(FileStore::open(&scratch.0).unwrap());
        let database = block_on(Database::create(store, 1_024, 4)).unwrap();
        let heap = block_on(database.create_heap(&[DataType::Int64])).unwrap();
        let root = heap.root();
        block_on(heap.append(&rows(0))).unwrap();
        block_on(database.commit(b"one table")).unwrap();
        block_on(heap.append(&rows(1_000))).unwrap();
        drop((heap, database));

        let store = Rc::new(FileStore::open(&scratch.0).unwrap());
        let database = block_on(Database::open(store, 4)).unwrap();
        assert_eq!(database.catalog(), b"one table");
        let heap = block_on(database.heap(root)).unwrap();
        assert_eq!(heap.row_count(), 1_000);
        assert_eq!(block_on(database.verify()).unwrap().rows, 1_000);
    }
}
