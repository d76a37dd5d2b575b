//! The web page: its files, as they were built into the program around the server.
//!
//! In: a path that no address answers. Out: a file, or `index.html` where the path is one of the page's own. Invariants: nothing is read from a
//! disk, so that no path leads out of the page; what runs in the page comes from this server, or carries the nonce of this one answer; what
//! lies below an address of the API is never the page.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::caller::cookie_named;
use crate::problem::Problem;
use crate::serving::Server;

/// The file that is the page.
const INDEX: &str = "index.html";
/// Below these no path is one of the page.
const NOT_OURS: [&str; 6] = ["api", "docs", "livez", "readyz", "metrics", "openapi.json"];
/// What the nonce and the theme stand in for in `index.html`.
const NONCE: &str = "__NONCE__";
const THEME: &str = "data-theme=\"__THEME__\"";
/// The cookie of the theme, and what it may say.
const THEME_COOKIE: &str = "theme";
const THEMES: [&str; 2] = ["light", "dark"];
/// Encodings in which a file may lie beside itself, the better one first: name, ending.
const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Equipoise</title>\
    <h1>The page was not built</h1>\
    <p>This program was built without its page. <code>make web</code> builds the page; then build the program anew.</p>\
    <p>The API answers all the same: <a href=\"/openapi.json\">openapi.json</a> describes it.</p></html>\n";

/// The files of the page.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// Paths from the root of the page, such as `assets/app-1a2b.js`, with what is in them. A file may lie beside itself compressed (`.br`,
    /// `.gz`). None where the page was not built.
    pub files: &'static [(&'static str, &'static [u8])],
}

impl Page {
    fn file(&self, path: &str) -> Option<&'static [u8]> {
        self.files.iter().find(|(known, _)| *known == path).map(|(_, bytes)| *bytes)
    }
}

/// Answers what no address does.
pub(crate) async fn page(State(server): State<Server>, request: Request) -> Response {
    let asked = matches!(*request.method(), Method::GET | Method::HEAD);
    let Some(page) = server.settings().page.filter(|_| asked) else {
        return Problem::not_found().into_response();
    };
    let Some(path) = plain(request.uri().path()) else { return Problem::not_found().into_response() };
    let headers = request.headers();
    match (path.rsplit_once('/').map_or(path, |(_, name)| name).rsplit_once('.'), page.file(INDEX)) {
        _ if path == INDEX => shown(page.file(INDEX), headers),
        (None, index) => shown(index, headers),
        (Some((_, ending)), _) => match page.file(path) {
            // What lies beside a file is not asked for by its own name.
            Some(bytes) if ENCODINGS.iter().all(|(_, encoded)| *encoded != ending) => {
                file(&page, path, ending, bytes, headers)
            }
            _ => Problem::not_found().into_response(),
        },
    }
}

/// The path without its first slash, where it is one of the page and means what it says.
fn plain(path: &str) -> Option<&str> {
    let path = path.strip_prefix('/').filter(|rest| !rest.starts_with('/'))?;
    let lower = path.to_ascii_lowercase();
    let hides = ["%2f", "%5c", "%2e", "%00", "%25", "\\"].iter().any(|hidden| lower.contains(hidden));
    let mut segments = path.split('/');
    let first = segments.clone().next().unwrap_or_default();
    let leads = segments.any(|segment| segment == "." || segment == "..");
    let is_ours = !NOT_OURS.contains(&first) && !hides && !leads && !path.contains("//");
    is_ours.then_some(path)
}

/// `index.html`, with the nonce of this answer and the theme of who asks.
fn shown(index: Option<&'static [u8]>, headers: &HeaderMap) -> Response {
    let html = (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    let Some(index) = index else {
        return (StatusCode::NOT_FOUND, [html], NOT_BUILT).into_response();
    };
    let mut random = [0; 18];
    if getrandom::fill(&mut random).is_err() {
        return Problem::defect().into_response();
    }
    let nonce = URL_SAFE_NO_PAD.encode(random);
    let theme =
        cookie_named(headers, THEME_COOKIE).filter(|theme| THEMES.contains(theme)).unwrap_or_default();
    let text = String::from_utf8_lossy(index).replace(NONCE, &nonce);
    let text = text.replace(THEME, &format!("data-theme=\"{theme}\""));
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    let Ok(policy) = HeaderValue::from_str(&policy) else { return Problem::defect().into_response() };
    let headers = [
        html,
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (headers, text).into_response()
}

/// A file, compressed where whoever asks can read it so.
fn file(page: &Page, path: &str, ending: &str, bytes: &'static [u8], headers: &HeaderMap) -> Response {
    let kept = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = Response::new(Body::from(bytes));
    let head = response.headers_mut();
    head.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(ending)));
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    head.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let taken =
        headers.get(header::ACCEPT_ENCODING).and_then(|taken| taken.to_str().ok()).unwrap_or_default();
    let beside = ENCODINGS.iter().find_map(|(name, ending)| {
        let beside = page.file(&format!("{path}.{ending}")).filter(|_| takes(taken, name))?;
        Some((*name, beside))
    });
    if let Some((name, beside)) = beside {
        head.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        *response.body_mut() = Body::from(beside);
    }
    response
}

/// Whether an `Accept-Encoding` takes this one.
fn takes(taken: &str, name: &str) -> bool {
    taken.split(',').any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|known| known.eq_ignore_ascii_case(name));
        let weight =
            parts.find_map(|part| part.strip_prefix("q=")).and_then(|weight| weight.parse::<f32>().ok());
        is_named && weight.is_none_or(|weight| weight > 0.0)
    })
}

/// What a file is, by its ending.
fn kind(ending: &str) -> &'static str {
    match ending {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leads_elsewhere_is_none_of_the_page() {
        for path in ["/", "/households/1", "/assets/app.js", "/livez-of-mine", "/a%20b"] {
            assert!(plain(path).is_some(), "{path}");
        }
        for path in [
            "/api",
            "/api/v1/x",
            "/livez/x",
            "/metrics",
            "/openapi.json",
            "/../x",
            "/a/..",
            "/./x",
            "//x",
            "/a%2Fb",
            "/%2e%2e/x",
            "/a\\b",
            "/a%5cb",
            "/%00",
            "/%252e",
            "*",
        ] {
            assert!(plain(path).is_none(), "{path}");
        }
    }

    #[test]
    fn an_encoding_that_is_refused_is_not_taken() {
        assert!(takes("gzip, deflate, br;q=0.5", "br") && takes("GZIP", "gzip"));
        assert!(!takes("gzip, br;q=0", "br") && !takes("", "br") && !takes("brx", "br"));
    }
}
