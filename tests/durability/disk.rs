//! A disk that forgets. SQLite writes through a layer that notes what each file
//! held when it was last synced, and what was written since; a power loss
//! leaves the former and any part of the latter.

#![allow(unsafe_code)]

use std::{
    collections::BTreeMap,
    ffi::{CStr, CString, c_char, c_int, c_void},
    fs,
    path::{Path, PathBuf},
    ptr,
    sync::{Mutex, OnceLock, PoisonError},
};

use rand::RngExt;
use rusqlite::ffi::{
    SQLITE_OK, SQLITE_OPEN_MAIN_DB, SQLITE_OPEN_MAIN_JOURNAL, SQLITE_OPEN_WAL, sqlite3_file,
    sqlite3_io_methods, sqlite3_vfs, sqlite3_vfs_find, sqlite3_vfs_register,
};

/// A change that is not synced.
enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

/// A file as the disk has it.
#[derive(Default)]
struct Image {
    synced: Vec<u8>,
    since: Vec<Change>,
}

static DISK: Mutex<BTreeMap<PathBuf, Image>> = Mutex::new(BTreeMap::new());

/// Takes the power away: the files of `from` as they may be found afterwards,
/// in `to`. What was not synced is there or not, change by change.
pub fn lose_power(from: &Path, to: &Path) {
    let disk = DISK.lock().unwrap_or_else(PoisonError::into_inner);
    for (file, image) in disk.iter().filter(|(file, _)| file.starts_with(from)) {
        let mut bytes = image.synced.clone();
        let kept: f64 = rand::rng().random_range(0.0..1.0);
        for change in &image.since {
            if rand::rng().random_bool(kept) {
                apply(&mut bytes, change);
            }
        }
        fs::write(to.join(file.file_name().unwrap()), bytes).unwrap();
    }
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write(at, written) => {
            let end = at + written.len();
            bytes.resize(bytes.len().max(end), 0);
            bytes[*at..end].copy_from_slice(written);
        }
        Change::Truncate(size) => bytes.resize(*size, 0),
    }
}

fn note(file: *mut sqlite3_file, change: Change) {
    // SAFETY: SQLite passes what `open` has filled in.
    let Some(path) = (unsafe { &(*file.cast::<Layer>()).path }) else {
        return;
    };
    let mut disk = DISK.lock().unwrap_or_else(PoisonError::into_inner);
    disk.entry(path.clone()).or_default().since.push(change);
}

/// A file of ours; that of the system's own layer lies behind it in memory.
#[repr(C)]
struct Layer {
    base: sqlite3_file,
    /// Only files whose loss matters are watched.
    path: Option<PathBuf>,
}

/// The system's own layer.
struct System(*mut sqlite3_vfs);

// SAFETY: it is registered for the life of the process and never changed.
unsafe impl Send for System {}
// SAFETY: as above.
unsafe impl Sync for System {}

static SYSTEM: OnceLock<System> = OnceLock::new();

fn inner(file: *mut sqlite3_file) -> *mut sqlite3_file {
    // SAFETY: `install` asked for room for both.
    unsafe { file.cast::<Layer>().add(1).cast() }
}

/// Hands a call on to the system's own layer.
macro_rules! pass {
    ($($name:ident($($arg:ident: $kind:ty),*) -> $method:ident;)+) => {$(
        unsafe extern "C" fn $name(file: *mut sqlite3_file $(, $arg: $kind)*) -> c_int {
            let file = inner(file);
            // SAFETY: the system's own layer has opened this file.
            unsafe { (*(*file).pMethods).$method.unwrap()(file $(, $arg)*) }
        }
    )+};
}

pass! {
    read(to: *mut c_void, length: c_int, at: i64) -> xRead;
    pass_write(from: *const c_void, length: c_int, at: i64) -> xWrite;
    pass_truncate(size: i64) -> xTruncate;
    pass_sync(flags: c_int) -> xSync;
    pass_close() -> xClose;
    size(to: *mut i64) -> xFileSize;
    lock(level: c_int) -> xLock;
    unlock(level: c_int) -> xUnlock;
    check_reserved(to: *mut c_int) -> xCheckReservedLock;
    control(what: c_int, with: *mut c_void) -> xFileControl;
    sector_size() -> xSectorSize;
    characteristics() -> xDeviceCharacteristics;
    shm_map(page: c_int, size: c_int, extend: c_int, to: *mut *mut c_void) -> xShmMap;
    shm_lock(offset: c_int, number: c_int, flags: c_int) -> xShmLock;
    shm_unmap(delete: c_int) -> xShmUnmap;
}

unsafe extern "C" fn shm_barrier(file: *mut sqlite3_file) {
    let file = inner(file);
    // SAFETY: the system's own layer has opened this file.
    unsafe { (*(*file).pMethods).xShmBarrier.unwrap()(file) }
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    from: *const c_void,
    length: c_int,
    at: i64,
) -> c_int {
    let length_in_memory = usize::try_from(length).unwrap();
    // SAFETY: SQLite passes as many bytes as it says.
    let bytes = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), length_in_memory) };
    note(
        file,
        Change::Write(usize::try_from(at).unwrap(), bytes.to_vec()),
    );
    // SAFETY: as SQLite has called us.
    unsafe { pass_write(file, from, length, at) }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: i64) -> c_int {
    note(file, Change::Truncate(usize::try_from(size).unwrap()));
    // SAFETY: as SQLite has called us.
    unsafe { pass_truncate(file, size) }
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: SQLite passes what `open` has filled in.
    if let Some(path) = unsafe { &(*file.cast::<Layer>()).path } {
        let mut disk = DISK.lock().unwrap_or_else(PoisonError::into_inner);
        let image = disk.entry(path.clone()).or_default();
        for change in std::mem::take(&mut image.since) {
            apply(&mut image.synced, &change);
        }
    }
    // SAFETY: as SQLite has called us.
    unsafe { pass_sync(file, flags) }
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: as SQLite has called us; afterwards nobody uses the path.
    unsafe {
        let closed = pass_close(file);
        ptr::drop_in_place(&raw mut (*file.cast::<Layer>()).path);
        closed
    }
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    // Version 3 would map files into memory, past this layer.
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved),
    xFileControl: Some(control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

unsafe extern "C" fn open(
    _: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    let system = SYSTEM.get().unwrap().0;
    // SAFETY: SQLite passes room for a file of the size that `install` asked for.
    unsafe {
        (*file).pMethods = ptr::null();
        let inner = inner(file);
        (*inner).pMethods = ptr::null();
        let opened = (*system).xOpen.unwrap()(system, name, inner, flags, flags_out);
        if opened == SQLITE_OK {
            let lasting = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
            let watched = flags & lasting != 0 && !name.is_null();
            let path = watched.then(|| PathBuf::from(CStr::from_ptr(name).to_str().unwrap()));
            (&raw mut (*file.cast::<Layer>()).path).write(path);
            (*file).pMethods = &METHODS;
        }
        opened
    }
}

unsafe extern "C" fn delete(_: *mut sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    let system = SYSTEM.get().unwrap().0;
    // SAFETY: as SQLite has called us.
    unsafe {
        let path = PathBuf::from(CStr::from_ptr(name).to_str().unwrap());
        let mut disk = DISK.lock().unwrap_or_else(PoisonError::into_inner);
        disk.remove(&path);
        drop(disk);
        (*system).xDelete.unwrap()(system, name, sync)
    }
}

/// Has all files of this process opened through the layer.
pub fn install() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        // SAFETY: the copy lives as long as the process, and `open` and
        // `delete` are the only functions in it that know of it.
        unsafe {
            let system = sqlite3_vfs_find(ptr::null());
            assert!(SYSTEM.set(System(system)).is_ok());
            let mut layer = *system;
            layer.szOsFile += c_int::try_from(size_of::<Layer>()).unwrap();
            layer.pNext = ptr::null_mut();
            layer.zName = CString::new("forgetful").unwrap().into_raw();
            layer.xOpen = Some(open);
            layer.xDelete = Some(delete);
            let registered = sqlite3_vfs_register(Box::leak(Box::new(layer)), 1);
            assert_eq!(registered, SQLITE_OK);
        }
    });
}
