//! The service over HTTP: somebody is added, signs in, looks, tries another plan, approves, and sees it filled and proven.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

const PASSWORD: &str = "correct horse battery";

struct Installation {
    folder: TempDir,
}

/// A service with its address.
struct Serving {
    child: Child,
    address: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Installation {
    fn new(http: &str) -> Installation {
        let folder = tempfile::tempdir().unwrap();
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/design-prompt.json");
        fs::copy(example, folder.path().join("first.json")).unwrap();
        let text = format!(
            "database = \"sqlite:books.db\"\ncheckpoints = \"checkpoints\"\n[keys]\nfolder = \"keys\"\n[http]\n{http}\n\
             [service]\ntick_secs = 1\nlead_secs = 3\n[simulated]\ntick_secs = 900\nstart = \"2026-11-23T14:30:00Z\"\n\
             speed = 900\n[[households]]\nname = \"smith\"\nowner = \"ann\"\nportfolio = \"first.json\"\n"
        );
        fs::write(folder.path().join("service.toml"), text).unwrap();
        Installation { folder }
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        let config = self.folder.path().join("service.toml");
        let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
        let command = command.args(arguments).arg("--config").arg(config);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    fn started(&self) -> Serving {
        let config = self.folder.path().join("service.toml");
        Serving::of(&["serve", "--config", config.to_str().unwrap()])
    }
}

impl Serving {
    /// A command that serves until it is stopped.
    fn of(arguments: &[&str]) -> Serving {
        let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
        let command = command.args(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let told =
            lines.by_ref().map_while(Result::ok).find(|line| line.starts_with("listening on ")).unwrap();
        let address = told.trim_start_matches("listening on http://").split(';').next().unwrap().to_owned();
        // Somebody has to read on, or it waits for a reader.
        std::thread::spawn(move || lines.count());
        Serving { child, address }
    }

    fn ask(&self, cookie: &str, method: &str, path: &str, body: Option<&Value>) -> (u16, String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let body = body.map(ToString::to_string).unwrap_or_default();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncookie: {cookie}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut all = String::new();
        stream.read_to_string(&mut all).unwrap();
        let (head, body) = all.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), head.to_owned(), body.to_owned())
    }

    fn json(&self, cookie: &str, method: &str, path: &str, body: Option<&Value>) -> Value {
        let (status, _, text) = self.ask(cookie, method, path, body);
        assert!((200..300).contains(&status), "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    fn signed_in(&self, name: &str) -> String {
        let body = json!({"name": name, "password": PASSWORD});
        let (status, head, text) = self.ask("", "POST", "/api/v1/session", Some(&body));
        assert_eq!(status, 201, "{text}");
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }
}

/// What is there at last.
fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(begun.elapsed() < Duration::from_secs(120), "not seen in two minutes: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_breach_is_looked_at_approved_and_filled_over_http() {
    let here = Installation::new("listen = \"127.0.0.1:0\"\nlog = \"json\"\nrequests_per_minute = 60000");
    let serving = here.started();
    let short = here.run(&["people", "add", "ann"], "short\n");
    assert!(
        short.status.code() == Some(2) && String::from_utf8_lossy(&short.stderr).contains("at least 12"),
        "{short:?}"
    );
    for name in ["ann", "eve"] {
        let added = here.run(&["people", "add", name], &format!("{PASSWORD}\n"));
        assert!(added.status.success(), "{added:?}");
    }
    let granted = here.run(&["people", "grant", "eve", "adviser", "--household", "smith", "--as", "ann"], "");
    assert_eq!(String::from_utf8_lossy(&granted.stdout), "eve is adviser of smith\n");
    let listed = String::from_utf8_lossy(&here.run(&["people", "list"], "").stdout).into_owned();
    assert!(listed.contains("owner of smith") && listed.contains("adviser of smith"), "{listed}");

    let (ann, eve) = (serving.signed_in("ann"), serving.signed_in("eve"));
    let waiting = until("a plan that waits", || {
        let all = serving.json(&ann, "GET", "/api/v1/proposals?state=Pending_Approval", None);
        all["items"].as_array().unwrap().first().cloned()
    });
    let path = format!("/api/v1/proposals/{}", waiting["id"].as_str().unwrap());
    let shown = serving.json(&ann, "GET", &path, None);
    assert_eq!(shown["plan"]["plan_hash"], waiting["plan_hash"]);
    let tokens: Vec<&str> =
        shown["plan"]["trades"].as_array().unwrap().iter().map(|t| t["action"].as_str().unwrap()).collect();
    assert!(tokens.contains(&"SELL"), "{shown:#}");

    // The plan as it is passes; with a sale ten times as large it does not, and it is said why.
    let same = serving.json(
        &ann,
        "POST",
        &format!("{path}/what-if"),
        Some(&json!({"trades": shown["plan"]["trades"]})),
    );
    assert_eq!((same["passed"].as_bool(), same["tax_usd"].is_string()), (Some(true), true), "{same:#}");
    assert!(
        same["bound"].as_f64().unwrap() <= same["objective"].as_str().unwrap().parse::<f64>().unwrap() + 1e-9,
        "{same:#}"
    );
    let mut trades = shown["plan"]["trades"].clone();
    let sale = trades.as_array_mut().unwrap().iter_mut().find(|trade| trade["action"] == "SELL").unwrap();
    sale["quantity"] = json!(1_000_000);
    let oversold = serving.json(&ann, "POST", &format!("{path}/what-if"), Some(&json!({ "trades": trades })));
    assert!(
        oversold["passed"] == false && !oversold["violations"].as_array().unwrap().is_empty(),
        "{oversold:#}"
    );

    // Who prepares does not approve; another plan than the one that waits is not approved.
    let hash = |hash: &Value| json!({ "plan_hash": hash });
    let (status, _, told) =
        serving.ask(&eve, "POST", &format!("{path}/approve"), Some(&hash(&waiting["plan_hash"])));
    assert!(status == 403 && told.contains("\"code\":\"forbidden\""), "{told}");
    let (status, _, told) = serving.ask(&ann, "POST", &format!("{path}/approve"), Some(&hash(&json!("0"))));
    assert!(status == 409 && told.contains("approval.plan_hash"), "{told}");
    let done = serving.json(&ann, "POST", &format!("{path}/approve"), Some(&hash(&waiting["plan_hash"])));
    assert_eq!(
        (done["outcome"].as_str(), done["proposal"]["state"].as_str()),
        (Some("approved"), Some("Approved"))
    );
    let (status, _, _) =
        serving.ask(&ann, "POST", &format!("{path}/approve"), Some(&hash(&waiting["plan_hash"])));
    assert_eq!(status, 409, "once");

    until("the orders filled", || {
        let state = serving.json(&ann, "GET", &path, None)["state"].clone();
        (state == "Executed_Successfully").then_some(())
    });
    let orders = serving.json(&ann, "GET", &format!("{path}/orders"), None);
    assert!(
        orders["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|order| order["state"] == "filled" && !order["fills"].as_array().unwrap().is_empty()),
        "{orders:#}"
    );
    let smith = format!("/api/v1/households/{}", waiting["household"].as_str().unwrap());
    let booked = serving.json(&ann, "GET", &format!("{smith}/transactions"), None);
    assert_eq!(booked["items"].as_array().unwrap().len(), orders["items"].as_array().unwrap().len());
    let history =
        serving.json(&ann, "GET", &format!("{smith}/drift-history?since=2026-11-01T00:00:00Z"), None);
    assert!(!history["items"].as_array().unwrap().is_empty());

    // The approval is on record with its person, and its proof is checked without the database.
    let records = serving.json(&ann, "GET", &format!("{path}/records?limit=1000"), None);
    let approval = records["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|record| record["kind"] == "approval")
        .unwrap()
        .clone();
    assert_eq!(approval["actor"], serving.json(&ann, "GET", "/api/v1/session", None)["person"]);
    let proof_path = format!("/api/v1/audit/records/{}/proof", approval["record"]);
    let (status, _, proof) = serving.ask(&ann, "GET", &proof_path, None);
    assert_eq!(status, 200, "{proof}");
    assert_eq!(serving.ask(&eve, "GET", &proof_path, None).0, 404);
    let file = here.folder.path().join("approval.proof");
    fs::write(&file, &proof).unwrap();
    let key = String::from_utf8(here.run(&["audit", "key"], "").stdout).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
    let checked = command.args(["audit", "check"]).arg(&file).args(["--key", key.trim()]).output().unwrap();
    assert!(checked.status.success(), "{checked:?}");
    the_rest_of_the_command_line(&here, &serving, &ann, &path, &smith);
    drop(serving);
    let verified = here.run(&["audit", "verify"], "");
    assert!(verified.status.success(), "{verified:?}");
}

/// What the program around the server adds: settings, a replay, an examination, broker and books; and the tax forms of what was sold.
fn the_rest_of_the_command_line(here: &Installation, serving: &Serving, ann: &str, path: &str, smith: &str) {
    let added = here.run(&["people", "add", "adm", "--role", "admin"], &format!("{PASSWORD}\n"));
    assert!(added.status.success(), "{added:?}");
    let settings = serving.json(&serving.signed_in("adm"), "GET", "/api/v1/settings", None);
    let named = |name: &str| {
        let all = settings["items"].as_array().unwrap();
        all.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("{name}: {settings:#}"))["value"]
            .clone()
    };
    assert_eq!((named("broker"), named("http.requests_per_minute")), (json!("paper"), json!("60000")));
    assert_eq!((named("http.log"), named("http.openid.issuer")), (json!("json"), json!("none")));
    assert_eq!((named("telemetry.otlp"), named("paper.refused_pct")), (json!("not set"), json!("0")));
    let replay = serving.json(ann, "GET", &format!("{path}/replay"), None);
    assert_eq!(
        (replay["outcome"].as_str(), replay["good"].as_bool()),
        (Some("same"), Some(true)),
        "{replay:#}"
    );
    let (status, head, page) = serving.ask(ann, "GET", &format!("{smith}/examination"), None);
    assert!(status == 200 && page.contains("<h1>Examination of proposals</h1>"), "{head}");
    // The document as it is agrees with the books that it is of.
    let document = serving.json(ann, "GET", &format!("{smith}/document"), None);
    let found = serving.json(ann, "POST", &format!("{smith}/reconciliation"), Some(&document));
    assert_eq!(found["agrees"], json!(true), "{found:#}");
    assert_eq!(serving.json(ann, "GET", &format!("{smith}/reconciliation"), None)["agrees"], json!(true));

    let form =
        here.run(&["tax-forms", "8949", "--household", "smith", "--year", "2026", "--format", "csv"], "");
    assert!(form.status.success(), "{form:?}");
    let form = String::from_utf8(form.stdout).unwrap();
    let rows: Vec<Vec<&str>> = form.lines().skip(1).map(|row| row.split(',').collect()).collect();
    assert!(!rows.is_empty(), "{form}");
    let table = here.run(&["tax-forms", "8949", "--household", "smith", "--year", "2026"], "");
    assert!(String::from_utf8_lossy(&table.stdout).contains("Form 8949, 2026, part I"), "{table:?}");
    let statement = |basis: &dyn Fn(&str) -> String| {
        let rows = rows.iter().map(|row| {
            let cells = [
                row[11],
                row[13],
                row[3],
                row[4],
                row[5],
                &basis(row[6]),
                if row[0] == "II" { "long" } else { "short" },
            ];
            cells.join(",") + "\n"
        });
        "ticker,quantity,date_acquired,date_sold,proceeds,basis,term\n".to_owned() + &rows.collect::<String>()
    };
    let compared =
        |text: &str| here.run(&["tax-forms", "1099-b", "-", "--household", "smith", "--year", "2026"], text);
    let same = compared(&statement(&str::to_owned));
    assert_eq!(same.status.code(), Some(0), "{same:?}");
    let other = compared(&statement(&|_| "1".to_owned()));
    let told = String::from_utf8_lossy(&other.stdout).into_owned();
    assert!(other.status.code() == Some(1) && told.contains("basis"), "{told}");
    let wrong = compared("ticker,cost\n");
    let told = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(wrong.status.code() == Some(2) && told.contains("column `quantity` is missing"), "{told}");
}

#[test]
fn a_collector_or_a_provider_that_can_not_be_is_said_at_once() {
    for (http, words) in [
        (
            "listen = \"127.0.0.1:0\"\n[http.openid]\nissuer = \"http://login.example.org\"\nclient_id = \"x\"\naddress = \"https://b.example.org\"",
            "http.openid.issuer",
        ),
        ("listen = \"127.0.0.1:0\"\n[telemetry]\notlp = \"http://collector.example.org\"", "telemetry.otlp"),
        (
            "listen = \"127.0.0.1:0\"\n[telemetry]\notlp = \"http://127.0.0.1:4318\"\ntoken_env = \"EQUIPOISE_NO_SUCH_TOKEN\"",
            "telemetry.token_env",
        ),
        ("listen = \"127.0.0.1:0\"\nlog = \"xml\"", "http.log"),
    ] {
        let refused = Installation::new(http).run(&["serve"], "");
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.status.code() == Some(2) && told.contains(words), "{words}: {told}");
    }
}

#[test]
fn where_it_can_not_listen_it_says_so_at_once() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let here = Installation::new(&format!("listen = \"{}\"", taken.local_addr().unwrap()));
    let refused = here.run(&["serve"], "");
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(4) && told.contains("http.listen"), "{told}");
    let open = Installation::new("listen = \"0.0.0.0:0\"");
    let refused = open.run(&["serve"], "");
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(2) && told.contains("behind_tls"), "{told}");
    let odd = Installation::new("listen = \"localhost\"");
    let refused = odd.run(&["serve"], "");
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(2) && told.contains("http.listen"), "{told}");
}

#[test]
fn a_demonstration_with_its_page_lets_a_guest_look_approve_and_see_it_filled() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().join("books");
    let arguments = |listen: &str| {
        ["demo", "--page", "--listen", listen, "--folder", here.to_str().unwrap()].map(str::to_owned)
    };
    let all = arguments("127.0.0.1:0");
    let demonstration = Serving::of(&all.each_ref().map(String::as_str));
    assert!(demonstration.ask("", "GET", "/", None).2.contains("<!doctype html>"));
    let welcome = demonstration.json("", "GET", "/api/v1/welcome", None);
    assert_eq!(
        (&welcome["guest"], &welcome["real_money"], &welcome["simulated"]),
        (&json!(true), &json!(false), &json!(true))
    );
    let (status, head, _) = demonstration.ask("", "POST", "/api/v1/session/guest", None);
    assert_eq!(status, 201, "{head}");
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let waiting = until("a plan that waits", || {
        let all = demonstration.json(cookie, "GET", "/api/v1/proposals?state=Pending_Approval", None);
        all["items"].get(0).cloned()
    });
    let path = format!("/api/v1/proposals/{}", waiting["id"].as_str().unwrap());
    // Prices move on: what is looked at is what is approved.
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(
        demonstration.json(cookie, "GET", &path, None)["state"],
        "Pending_Approval",
        "nobody has approved it"
    );
    let body = json!({"plan_hash": waiting["plan_hash"]});
    demonstration.json(cookie, "POST", &format!("{path}/approve"), Some(&body));
    until("its execution", || {
        let now = demonstration.json(cookie, "GET", &path, None);
        (now["state"] == "Executed_Successfully").then_some(())
    });
    // The same address twice is told, with what to do.
    let taken = arguments(&demonstration.address);
    let second = Command::new(env!("CARGO_BIN_EXE_equipoise")).args(taken).output().unwrap();
    let told = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(!second.status.success() && told.contains("another program listens on"), "{told}");
    drop(demonstration);
    // Books of somebody else are no demonstration.
    let other = Installation::new("listen = \"127.0.0.1:0\"");
    let folder = other.folder.path().to_str().unwrap();
    let refused = Command::new(env!("CARGO_BIN_EXE_equipoise"))
        .args(["demo", "--page", "--listen", "127.0.0.1:0", "--folder", folder])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && told.contains("not of this demonstration"), "{told}");
}

#[test]
fn a_brokers_file_becomes_a_document_that_opens_a_household() {
    let here = Installation::new("listen = \"127.0.0.1:0\"");
    let serving = here.started();
    here.run(&["people", "add", "ann"], &format!("{PASSWORD}\n"));
    let cookie = serving.signed_in("ann");
    let template =
        Command::new(env!("CARGO_BIN_EXE_equipoise")).args(["import", "csv", "--template"]).output().unwrap();
    let table = String::from_utf8(template.stdout).unwrap();
    let ask = |text: &str| {
        let body =
            json!({"format": "csv", "files": [{"name": "lots.csv", "text": text}], "household": "browns"});
        serving.json(&cookie, "POST", "/api/v1/imports", Some(&body))
    };
    let found = ask(&table);
    assert_eq!(found["faults"], json!([]), "{found:#}");
    assert!(found["lots"].as_u64().unwrap() > 0);
    let missing: Vec<&str> =
        found["missing"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert!(missing.contains(&"targets"), "{found:#}");
    let document: Value = serde_json::from_str(found["document"].as_str().unwrap()).unwrap();
    let opened = serving.json(&cookie, "POST", "/api/v1/households", Some(&document));
    assert_eq!(
        (opened["name"].as_str(), opened["owner"].as_str()),
        (Some("browns"), Some("ann")),
        "{opened:#}"
    );
    let spoilt = ask("nothing of the kind\n1,2\n");
    assert!(spoilt["document"].is_null() && !spoilt["faults"].as_array().unwrap().is_empty(), "{spoilt:#}");
}
