//! A PostgreSQL server for these tests: its own data, a socket in a temporary folder, no network.
//!
//! It lives as long as this process: a shell beside it waits for the end of a pipe that only this process holds, and then
//! stops the server and removes its folder, whatever ended the process.

use std::io::Write as _;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

pub(crate) struct Server {
    programs: PathBuf,
    folder: PathBuf,
    databases: AtomicU32,
    /// Holds the pipe.
    _shell: Child,
}

/// The server, started when it is first asked for; `None` where there can be none.
pub(crate) fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER
        .get_or_init(|| match start() {
            Ok(server) => Some(server),
            Err(why) => {
                // Past the capture of the tests' output, so that it is seen.
                let told =
                    format!("SKIPPED: the PostgreSQL half of the suite: {why}; apt-get install postgresql\n");
                std::io::stderr().write_all(told.as_bytes()).unwrap();
                None
            }
        })
        .as_ref()
}

const WATCH: &str = r#"
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c max_connections=200 </dev/null >"$2/log" 2>&1 &
cat >/dev/null
kill -INT $! && wait $!
rm -rf "$2"
"#;

fn start() -> Result<Server, String> {
    let programs = programs().ok_or("no folder /usr/lib/postgresql/*/bin with initdb and postgres")?;
    let owner = owner()?;
    let folder = tempfile::Builder::new().prefix("equipoise-pg").tempdir().map_err(|e| e.to_string())?.keep();
    std::os::unix::fs::chown(&folder, owner.map(|o| o.0), owner.map(|o| o.1)).map_err(|e| e.to_string())?;
    let mut init = Command::new(programs.join("initdb"));
    init.args(["-A", "trust", "-U", "equipoise", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-D"])
        .arg(folder.join("data"));
    let made = as_owner(&mut init, owner).current_dir(&folder).output().map_err(|e| e.to_string())?;
    if !made.status.success() {
        return Err(format!("initdb: {}", String::from_utf8_lossy(&made.stderr)));
    }
    let mut shell = Command::new("sh");
    shell.args(["-c", WATCH, "sh"]).arg(&programs).arg(&folder).stdin(Stdio::piped()).current_dir(&folder);
    let shell = as_owner(&mut shell, owner).spawn().map_err(|e| e.to_string())?;
    let server = Server { programs, folder, databases: AtomicU32::new(0), _shell: shell };
    server.wait()?;
    Ok(server)
}

/// PostgreSQL refuses to run as root; then it runs as its own user or as nobody.
fn owner() -> Result<Option<(u32, u32)>, String> {
    let us = std::fs::metadata("/proc/self").map_err(|e| e.to_string())?;
    if std::os::unix::fs::MetadataExt::uid(&us) != 0 {
        return Ok(None);
    }
    let people = std::fs::read_to_string("/etc/passwd").map_err(|e| e.to_string())?;
    let named = |name: &str| {
        let line = people.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut numbers = line.split(':').skip(2).map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    };
    named("postgres").or_else(|| named("nobody")).map(Some).ok_or("no user that it could run as".to_owned())
}

fn as_owner(command: &mut Command, owner: Option<(u32, u32)>) -> &mut Command {
    match owner {
        Some((user, group)) => command.uid(user).gid(group),
        None => command,
    }
}

/// The newest version that is installed.
fn programs() -> Option<PathBuf> {
    let versions =
        std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path().join("bin"));
    let whole = |path: &PathBuf| path.join("initdb").exists() && path.join("postgres").exists();
    let number = |path: &PathBuf| path.parent()?.file_name()?.to_str()?.parse::<u32>().ok();
    versions.filter(whole).max_by_key(number)
}

impl Server {
    fn wait(&self) -> Result<(), String> {
        let until = Instant::now() + Duration::from_secs(60);
        while Instant::now() < until {
            if self.client("pg_isready", &[]).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        Err(format!("the server did not come up within a minute: {log}"))
    }

    /// Runs one of PostgreSQL's own programs against the server.
    fn client(&self, program: &str, arguments: &[&str]) -> Result<(), String> {
        let mut command = Command::new(self.programs.join(program));
        command.arg("-h").arg(&self.folder).args(["-U", "equipoise"]).args(arguments);
        let done = command.output().map_err(|e| e.to_string())?;
        if done.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&done.stderr).into_owned()) }
    }

    /// The address of a new and empty database.
    pub(crate) fn database(&self) -> String {
        let name = format!("books_{}", self.databases.fetch_add(1, Ordering::SeqCst));
        self.client("createdb", &[&name]).unwrap();
        address(&self.folder, &name)
    }
}

fn address(folder: &Path, name: &str) -> String {
    format!("postgres://equipoise@localhost/{name}?host={}&sslmode=disable", folder.display())
}
