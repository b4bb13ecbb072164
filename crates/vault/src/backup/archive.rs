//! The file of a backup: a zip with nothing compressed, and as the zip's comment a digest of all before it. So a
//! file that was cut off or damaged anywhere is refused before any of it is used.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::{BackupError, readme};
use crate::durable;

/// A vault of 100 000 entries has less than half of that.
pub(super) const MAX_BYTES: u64 = 256 << 20;
const MAX_HEADER_BYTES: u64 = 8 * 1024;
const MAX_README_BYTES: u64 = 64 * 1024;

const HEADER: &str = "vault.key";
/// The database's name, in the zip and where it is extracted to.
pub(super) const DATABASE: &str = "vault.db";

/// Begins the comment. After it: the version, a space, when the backup was made in Unix time in ms with 20
/// digits, a space, SHA-256 of all before it in hexadecimal.
const MARK: &[u8] = b"deskfob-backup-";
const VERSION: u8 = b'1';
const DIGEST_CHARS: usize = 64;
const COMMENT_BYTES: usize = MARK.len() + 1 + 1 + 20 + 1 + DIGEST_CHARS;

/// What was in an archive, besides the database.
pub(super) struct Contents {
    pub(super) header: Vec<u8>,
    pub(super) made_ms: i64,
}

/// Writes a backup to `target`, which must not be there yet, and syncs it. Blocks.
pub(super) fn write(target: &Path, header: &[u8], database: &Path, made_ms: i64) -> io::Result<()> {
    if std::fs::metadata(database)?.len() > MAX_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let bytes = pack(header, &std::fs::read(database)?, made_ms)?;
    let mut file = durable::create_private(target)?;
    file.write_all(&bytes)?;
    file.sync_all()
}

/// The whole file, in memory: a zip that is being written asserts what a disk that fails does not hold to.
fn pack(header: &[u8], database: &[u8], made_ms: i64) -> io::Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .unix_permissions(0o600);
    let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(database.len() + 8192)));
    for (name, content) in [
        (readme::NAME, readme::TEXT.as_bytes()),
        (HEADER, header),
        (DATABASE, database),
    ] {
        zip.start_file(name, options)?;
        zip.write_all(content)?;
    }
    let mut comment = MARK.to_vec();
    comment.push(VERSION);
    comment.extend_from_slice(format!(" {made_ms:020} {:0>DIGEST_CHARS$}", "").as_bytes());
    zip.set_raw_comment(comment.into_boxed_slice())?;
    let mut file = zip.finish()?;
    let before = file.get_ref().len() - DIGEST_CHARS;
    let digest = digest(&mut file, before as u64)?;
    let mut bytes = file.into_inner();
    bytes[before..].copy_from_slice(digest.as_bytes());
    Ok(bytes)
}

/// Reads a backup, and writes its database to `folder`. Blocks.
pub(super) fn extract(source: &Path, folder: &Path) -> Result<Contents, BackupError> {
    let mut file = File::open(source)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() || metadata.len() < COMMENT_BYTES as u64 {
        return Err(BackupError::NotABackup);
    }
    if metadata.len() > MAX_BYTES {
        return Err(BackupError::TooLarge {
            max_bytes: MAX_BYTES,
        });
    }
    let made_ms = check_comment(&mut file, metadata.len())?;
    file.rewind()?;
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(unreadable)?;
    if zip.len() != 3 {
        return Err(damaged("it holds other files"));
    }
    // The text for people is read for its checksum's sake.
    copy_entry(&mut zip, 0, readme::NAME, MAX_README_BYTES, &mut io::sink())?;
    let mut header = Vec::with_capacity(1024);
    copy_entry(&mut zip, 1, HEADER, MAX_HEADER_BYTES, &mut header)?;
    let mut database = durable::create_private(&folder.join(DATABASE))?;
    copy_entry(&mut zip, 2, DATABASE, MAX_BYTES, &mut database)?;
    database.sync_all()?;
    Ok(Contents { header, made_ms })
}

fn copy_entry(
    zip: &mut ZipArchive<BufReader<File>>,
    index: usize,
    name: &str,
    max_bytes: u64,
    target: &mut dyn Write,
) -> Result<(), BackupError> {
    let entry = zip.by_index(index).map_err(unreadable)?;
    if entry.name_raw() != name.as_bytes() || !entry.is_file() {
        return Err(damaged("it holds other files"));
    }
    if entry.compression() != CompressionMethod::Stored
        || entry.encrypted()
        || entry.size() != entry.compressed_size()
    {
        return Err(damaged("it was packed by something else"));
    }
    if entry.size() > max_bytes {
        return Err(damaged("a file in it is too large"));
    }
    let expected = entry.size();
    let copied = io::copy(&mut entry.take(max_bytes), target).map_err(|error| {
        if error.kind() == io::ErrorKind::InvalidData {
            damaged("a checksum does not match")
        } else {
            error.into()
        }
    })?;
    if copied == expected {
        Ok(())
    } else {
        Err(damaged("it is cut short"))
    }
}

/// When the backup was made, if its digest is right.
fn check_comment(file: &mut File, length: u64) -> Result<i64, BackupError> {
    let mut comment = [0; COMMENT_BYTES];
    file.seek(SeekFrom::End(-(COMMENT_BYTES as i64)))?;
    file.read_exact(&mut comment)?;
    let rest = comment.strip_prefix(MARK).ok_or(BackupError::NotABackup)?;
    let digest = digest(file, length - DIGEST_CHARS as u64)?;
    if !comment.ends_with(digest.as_bytes()) {
        return Err(damaged("its checksum does not match"));
    }
    // The version comes after, so that a flipped bit in it is not taken for a newer format.
    if rest[0] != VERSION {
        return Err(BackupError::NewerVersion {
            found: u64::from(rest[0].wrapping_sub(b'0')),
            supported: u64::from(VERSION - b'0'),
        });
    }
    std::str::from_utf8(&rest[2..22])
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or(damaged("its date"))
}

/// SHA-256 of the first `length` bytes, in hexadecimal.
fn digest(file: &mut (impl Read + Seek), length: u64) -> io::Result<String> {
    file.rewind()?;
    let mut hash = Sha256::new();
    let mut reader = BufReader::with_capacity(64 * 1024, file).take(length);
    let mut buffer = [0; 16 * 1024];
    loop {
        match reader.read(&mut buffer)? {
            0 => break,
            read => hash.update(&buffer[..read]),
        }
    }
    Ok(hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

fn unreadable(error: ZipError) -> BackupError {
    match error {
        ZipError::Io(error) if error.kind() != io::ErrorKind::InvalidData => error.into(),
        _ => damaged("it is no zip file that can be read"),
    }
}

fn damaged(what: &'static str) -> BackupError {
    BackupError::Damaged { what }
}
