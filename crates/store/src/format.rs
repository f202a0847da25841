//! The data directory as a whole: who may work in it (`LOCK`), what wrote it (`FORMAT`).
//!
//! `FORMAT` is text, one word and its value per line, closed by the checksum of the lines before:
//! ```text
//! gantry-format 1
//! key-hash 000102030405060708090a0b0c0d0e0f    SipHash key of the key entries
//! segment-len 268435456                        the segment length it was made with
//! crc32c 1a2b3c4d
//! ```
//! A newer version may add lines, so only the first line of a newer file is read. `events/` and `timers/` belong to format 1
//! and may be absent, which means empty.

use std::fmt::Write;
use std::path::Path;

use crate::env::{Disk, Env, Lock, Open};
use crate::error::StoreError;

const VERSION: u32 = 1;
const FILE: &str = "FORMAT";
const LOCK_FILE: &str = "LOCK";
const FILE_LEN_MAX: u64 = 4096;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Format {
    pub(crate) key_hash: [u8; 16],
    pub(crate) segment_len: u64,
}

/// Takes the directory for this process.
pub(crate) fn lock(disk: &dyn Disk, dir: &Path) -> Result<Box<dyn Lock>, StoreError> {
    let path = dir.join(LOCK_FILE);
    let lock = disk.lock(&path).map_err(StoreError::io("lock", &path))?;
    lock.ok_or_else(|| StoreError::InUse {
        dir: dir.to_path_buf(),
    })
}

/// Reads `FORMAT`, or writes it when the directory is new.
pub(crate) fn open(env: &Env, dir: &Path, segment_len: u64) -> Result<Format, StoreError> {
    let disk = &*env.disk;
    let names = disk.list(dir).map_err(StoreError::io("list", dir))?;
    if names.iter().any(|name| name == FILE) {
        return read(disk, dir);
    }
    if let Some(other) = names
        .iter()
        .find(|name| *name != LOCK_FILE && *name != "FORMAT.new")
    {
        return Err(StoreError::Corrupt {
            file: dir.join(other),
            at: 0,
            rule: "the directory has files but no FORMAT: not a data directory, or a damaged one",
        });
    }
    let mut key_hash = [0; 16];
    env.random.fill(&mut key_hash);
    let format = Format {
        key_hash,
        segment_len,
    };
    write(disk, dir, &format)?;
    Ok(format)
}

fn read(disk: &dyn Disk, dir: &Path) -> Result<Format, StoreError> {
    let path = dir.join(FILE);
    let file = disk
        .open(&path, Open::Read)
        .map_err(StoreError::io("open", &path))?;
    let len = file.len().map_err(StoreError::io("measure", &path))?;
    let mut bytes = vec![0; usize::try_from(len.min(FILE_LEN_MAX)).unwrap_or(0)];
    file.read_at(&mut bytes, 0)
        .map_err(StoreError::io("read", &path))?;
    let text = String::from_utf8_lossy(&bytes);
    match parse(&text) {
        Ok(format) => Ok(format),
        Err(Refusal::Newer(found)) => Err(StoreError::NewerFormat {
            dir: dir.to_path_buf(),
            found,
            known: VERSION,
        }),
        Err(Refusal::Broken(rule)) => Err(StoreError::Corrupt {
            file: path,
            at: 0,
            rule,
        }),
    }
}

fn write(disk: &dyn Disk, dir: &Path, format: &Format) -> Result<(), StoreError> {
    let (path, unfinished) = (dir.join(FILE), dir.join("FORMAT.new"));
    let file = disk
        .open(&unfinished, Open::Fresh)
        .map_err(StoreError::io("create", &unfinished))?;
    file.write_at(render(format).as_bytes(), 0)
        .map_err(StoreError::io("write", &unfinished))?;
    file.sync().map_err(StoreError::io("sync", &unfinished))?;
    disk.rename(&unfinished, &path)
        .map_err(StoreError::io("rename", &unfinished))?;
    disk.sync_dir(dir)
        .map_err(StoreError::io("sync directory", dir))
}

fn render(format: &Format) -> String {
    let key = format.key_hash.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a String takes everything");
        hex
    });
    let lines = format!(
        "gantry-format {VERSION}\nkey-hash {key}\nsegment-len {}\n",
        format.segment_len
    );
    format!("{lines}crc32c {:08x}\n", crc32c::crc32c(lines.as_bytes()))
}

#[derive(PartialEq, Eq, Debug)]
enum Refusal {
    Newer(u32),
    Broken(&'static str),
}

fn parse(text: &str) -> Result<Format, Refusal> {
    let first = text.lines().next().unwrap_or_default();
    let version = first
        .strip_prefix("gantry-format ")
        .and_then(|v| v.parse::<u32>().ok());
    let version = version.ok_or(Refusal::Broken("the first line is not a format version"))?;
    if version > VERSION {
        return Err(Refusal::Newer(version));
    }
    let (lines, crc) = text.split_at(
        text.rfind("crc32c ")
            .ok_or(Refusal::Broken("the checksum is missing"))?,
    );
    if crc != format!("crc32c {:08x}\n", crc32c::crc32c(lines.as_bytes())) {
        return Err(Refusal::Broken("the checksum does not match"));
    }
    let value = |word: &str| lines.lines().find_map(|line| line.strip_prefix(word));
    let key_hash = value("key-hash ")
        .and_then(hex16)
        .ok_or(Refusal::Broken("key-hash is missing"))?;
    let segment_len = value("segment-len ").and_then(|v| v.parse().ok());
    let segment_len = segment_len.ok_or(Refusal::Broken("segment-len is missing"))?;
    Ok(Format {
        key_hash,
        segment_len,
    })
}

fn hex16(hex: &str) -> Option<[u8; 16]> {
    u128::from_str_radix(hex, 16)
        .ok()
        .filter(|_| hex.len() == 32)
        .map(u128::to_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: Format = Format {
        key_hash: *b"0123456789abcdef",
        segment_len: 65_536,
    };

    #[test]
    fn the_file_reads_back() {
        assert_eq!(parse(&render(&SAMPLE)), Ok(SAMPLE));
    }

    #[test]
    fn a_newer_version_is_named_whatever_else_it_says() {
        assert_eq!(parse("gantry-format 2\nwhatever"), Err(Refusal::Newer(2)));
    }

    #[test]
    fn damage_is_refused() {
        assert_eq!(
            parse(""),
            Err(Refusal::Broken("the first line is not a format version"))
        );
        let bad = render(&SAMPLE).replace("65536", "65537");
        assert_eq!(
            parse(&bad),
            Err(Refusal::Broken("the checksum does not match"))
        );
    }
}
