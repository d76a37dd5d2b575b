//! A broker over FIX for tests: the acceptor of QuickFIX, in a process of its own, which behaves as `acceptor.py` says and misbehaves on request.
//!
//! In: what a test wants of it. Out: what it did. Invariant: the session layer is QuickFIX's, an engine that shares nothing with ours.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use portfolio::Decimal;
use serde_json::{Value, json};
use tempfile::TempDir;

/// What is waited for happens sooner, or does not.
const SOON: Duration = Duration::from_secs(30);

/// The process, and what goes to and fro.
struct Process {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// An acceptor; dropped it is ended.
pub(crate) struct Acceptor {
    process: Mutex<Process>,
    /// Where it listens.
    pub(crate) port: u16,
    /// A folder for whoever speaks to it.
    pub(crate) folder: TempDir,
}

impl Acceptor {
    /// Starts one that has no orders.
    pub(crate) fn new() -> Acceptor {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let python = root.join(".tools/fix/bin/python");
        assert!(python.exists(), "QuickFIX is missing: `make set-up` installs it into .tools/fix/");
        let folder = tempfile::tempdir().unwrap();
        // Somebody else may take the port before it is listened to.
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let mut child = Command::new(&python)
                .arg(root.join("crates/execute/tests/conformance/fix/acceptor.py"))
                .args([port.to_string().as_str(), folder.path().to_str().unwrap()])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let (asks, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
            let mut process = Process { child, asks, answers: BufReader::new(answers) };
            let mut line = String::new();
            process.answers.read_line(&mut line).unwrap();
            if line.trim() == "\"ready\"" {
                return Acceptor { process: Mutex::new(process), port, folder };
            }
            let _ = process.child.wait();
        }
        panic!("the acceptor does not start");
    }

    /// Asks for something by the name of a method of `Market`.
    pub(crate) fn does(&self, what: &str, mut with: Value) -> Value {
        with["do"] = what.into();
        let mut process: MutexGuard<'_, Process> = self.process.lock().unwrap();
        writeln!(process.asks, "{with}").unwrap();
        let mut line = String::new();
        process.answers.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{what}: `{line}`"));
        assert!(answer.get("failed").is_none(), "{answer}");
        answer["answer"].clone()
    }

    /// The market executes so much of an order, as far as its limit allows.
    pub(crate) fn executes(&self, name: &str, quantity: Decimal, price: Decimal, at: Timestamp) -> bool {
        let at = at.strftime("%Y%m%d-%H:%M:%S").to_string();
        let (quantity, price) = (quantity.to_string(), price.to_string());
        let order = json!({"name": name, "quantity": quantity, "price": price, "at": at});
        self.does("execute", order) == "sent"
    }

    /// The next message of a kind goes wrong.
    pub(crate) fn next(&self, kind: &str, how: &str, more: Value) {
        let mut asked = more;
        (asked["kind"], asked["how"]) = (kind.into(), how.into());
        self.does("goes_wrong", asked);
    }

    /// Its orders.
    pub(crate) fn orders(&self) -> Vec<Value> {
        self.does("state", json!({}))["orders"].as_array().unwrap().clone()
    }

    /// Every message that came (`in`) or went (`out`), with `|` between fields.
    pub(crate) fn messages(&self) -> Vec<String> {
        let messages = self.does("messages", json!({}));
        messages.as_array().unwrap().iter().map(|message| message.as_str().unwrap().to_owned()).collect()
    }

    /// How many messages hold all of these.
    pub(crate) fn count(&self, parts: &[&str]) -> usize {
        self.messages().iter().filter(|message| parts.iter().all(|part| message.contains(part))).count()
    }

    /// Waits until something is so.
    pub(crate) fn until(&self, what: &str, is_so: impl Fn(&Acceptor) -> bool) {
        let until = Instant::now() + SOON;
        while !is_so(self) {
            assert!(Instant::now() < until, "{what}: {:#?}", self.messages());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until somebody has logged on so often, and is on.
    pub(crate) fn until_on(&self, logons: u64) {
        self.until("a logon", |it| {
            let state = it.does("state", json!({}));
            state["is_on"] == true && state["logons"].as_u64().unwrap() >= logons
        });
    }
}

impl Drop for Acceptor {
    fn drop(&mut self) {
        if let Ok(process) = self.process.get_mut() {
            let _ = process.child.kill();
            let _ = process.child.wait();
        }
    }
}
