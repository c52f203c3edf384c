//! Files that others read while they are written: the old one is there until the new one is
//! complete.

use std::{fs::File, io, io::Write, path::Path};

/// Writes the file whole or not at all, on the disk when it returns. Everybody may read it, as if it
/// had been written by ordinary means.
pub fn write_whole(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().filter(|folder| folder.as_os_str() != "");
    // A name that whoever watches the folder passes over.
    let mut temporary = tempfile::Builder::new()
        .prefix(".")
        .suffix(".part")
        .tempfile_in(folder.unwrap_or(Path::new(".")))?;
    temporary.write_all(bytes)?;
    temporary.as_file().sync_all()?;
    readable(temporary.as_file())?;
    temporary.persist(file)?;
    Ok(())
}

/// Temporary files are for their writer alone.
#[cfg(unix)]
fn readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &File) -> io::Result<()> {
    Ok(())
}
