//! The files of the web page.

use server::{Page, Settings};

use crate::client::Client;
use crate::rooms::Served;

const HTML: &[u8] = b"<!doctype html><html data-theme=\"__THEME__\"><style nonce=\"__NONCE__\">a{}</style><p>__THEME__</p></html>";

static FILES: &[(&str, &[u8])] = &[
    ("index.html", HTML),
    ("favicon.svg", b"<svg/>"),
    ("assets/app-1a2b.js", b"plain"),
    ("assets/app-1a2b.js.br", b"by brotli"),
    ("assets/app-1a2b.js.gz", b"by gzip"),
    ("assets/app-3c4d.css", b"a{}"),
];

fn served(files: &'static [(&'static str, &'static [u8])]) -> (Served, Client) {
    let served = Served::with(Settings { page: Some(Page { files }), ..Settings::default() });
    let nobody = served.nobody();
    (served, nobody)
}

#[test]
fn every_path_of_the_page_is_the_page_with_a_nonce_of_its_own() {
    let (_served, nobody) = served(FILES);
    let mut nonces = Vec::new();
    for path in ["/", "/households", "/proposals/1?tab=2", "/index.html"] {
        let reply = nobody.get(path);
        assert_eq!(
            (reply.status, reply.header("content-type")),
            (200, Some("text/html; charset=utf-8")),
            "{path}"
        );
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let nonce = reply.body.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let policy = reply.header("content-security-policy").unwrap();
        let expected = format!(
            "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; \
             connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        );
        assert_eq!(policy, expected);
        assert!(nonce.len() >= 22, "{nonce}");
        nonces.push(nonce);
    }
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 4);
}

#[test]
fn the_theme_is_that_of_the_cookie_where_there_is_such_a_theme() {
    let (_served, nobody) = served(FILES);
    let shown = |cookie: &str| nobody.with("cookie", cookie).get("/").body;
    assert!(
        shown("theme=dark").contains("data-theme=\"dark\"")
            && shown("theme=dark").contains("<p>__THEME__</p>")
    );
    assert!(shown("a=b; theme=light").contains("data-theme=\"light\""));
    for none in ["theme=\"><script>", "a=b", "theme=DARK"] {
        assert!(shown(none).contains("data-theme=\"\""), "{none}");
    }
}

#[test]
fn a_file_comes_as_it_can_be_read_and_is_kept_where_its_name_changes_with_it() {
    let (_served, nobody) = served(FILES);
    let with = |encodings: &str| nobody.with("accept-encoding", encodings).get("/assets/app-1a2b.js");
    for (encodings, body, encoding) in [
        ("gzip, deflate, br, zstd", "by brotli", Some("br")),
        ("gzip", "by gzip", Some("gzip")),
        ("identity", "plain", None),
        ("br;q=0", "plain", None),
    ] {
        let reply = with(encodings);
        assert_eq!((reply.body.as_str(), reply.header("content-encoding")), (body, encoding), "{encodings}");
        assert_eq!(reply.header("content-type"), Some("text/javascript; charset=utf-8"));
        assert_eq!(reply.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert!(reply.header("vary").unwrap().contains("accept-encoding"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    }
    assert_eq!(nobody.get("/favicon.svg").header("cache-control"), Some("no-cache"));
    assert_eq!(nobody.get("/assets/app-3c4d.css").header("content-type"), Some("text/css; charset=utf-8"));
    assert_eq!(nobody.ask("HEAD", "/", None).body, "");
}

#[test]
fn what_is_not_of_the_page_is_not_there() {
    let (_served, nobody) = served(FILES);
    for path in [
        "/assets/other.js",
        "/assets/app-1a2b.js.br",
        "/api",
        "/api/v1/nothing",
        "/livez/x",
        "/metrics/x",
        "/../etc/passwd",
        "/assets/../index.html",
        "/assets%2fapp-1a2b.js",
        "/%2e%2e/x",
        "//evil.example",
    ] {
        let reply = nobody.get(path);
        assert_eq!((reply.status, reply.code()), (404, "not_found".to_owned()), "{path}");
    }
    assert_eq!(nobody.post("/households", "{}").status, 404);
    assert_eq!(Served::new().nobody().get("/").code(), "not_found", "without a page there is none");
}

#[test]
fn a_page_that_was_not_built_says_so() {
    let (_served, nobody) = served(&[]);
    let reply = nobody.get("/");
    assert!(reply.status == 404 && reply.body.contains("make web"), "{reply:?}");
    assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(nobody.get("/favicon.ico").code(), "not_found");
}
