//! Where an index of packages has a file.
//!
//! In: the address of an index, as `pip` is given it. Out: the address of one file of one package. Both forms of the simple API are read,
//! JSON and HTML. Invariant: the index is not trusted: what lies at the address it gives counts only by its hash.
//!
//! # Source
//! The simple repository API of Python packages: PEP 503 (HTML) and PEP 691 (JSON).

use serde::Deserialize;

#[derive(Deserialize)]
struct Page {
    files: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    filename: String,
    url: String,
}

/// What is asked for, JSON first.
pub(super) const ACCEPT: &str = "application/vnd.pypi.simple.v1+json, text/html;q=0.5";

/// The address of a package's page.
pub(super) fn page(index: &str, package: &str) -> String {
    format!("{}/{package}/", index.trim_end_matches('/'))
}

/// The address of a file, by the page at `address`; none where it is not listed.
pub(super) fn file(text: &str, address: &str, name: &str) -> Option<String> {
    let listed = match serde_json::from_str::<Page>(text) {
        Ok(page) => page.files.into_iter().find(|file| file.filename == name)?.url,
        Err(_) => links(text).find(|link| ends_with(link, name))?.replace("&amp;", "&"),
    };
    let listed = listed.split('#').next().unwrap_or_default();
    Some(joined(address, listed))
}

/// The addresses of a page's links.
fn links(html: &str) -> impl Iterator<Item = &str> {
    html.split("href=").skip(1).filter_map(|rest| {
        let quote = rest.chars().next().filter(|c| "\"'".contains(*c))?;
        rest[1..].split(quote).next()
    })
}

fn ends_with(link: &str, name: &str) -> bool {
    let path = link.split(['#', '?']).next().unwrap_or_default();
    path.rsplit('/').next() == Some(name)
}

/// An address that is written relative to another.
fn joined(base: &str, to: &str) -> String {
    if to.contains("://") {
        return to.to_owned();
    }
    let host_at = base.find("://").map_or(0, |place| place + 3);
    let path_at = base[host_at..].find('/').map_or(base.len(), |place| host_at + place);
    let (origin, path) = base.split_at(path_at);
    if let Some(rest) = to.strip_prefix("//") {
        return format!("{}//{rest}", &base[..host_at.saturating_sub(2)]);
    }
    let mut parts: Vec<&str> =
        if to.starts_with('/') { Vec::new() } else { path.split('/').skip(1).collect() };
    if !to.starts_with('/') {
        parts.pop(); // what follows the last slash of the page's own address
    }
    for part in to.split('/').filter(|part| !part.is_empty()) {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("{origin}/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://index.example/root/simple/llm-x/";

    #[test]
    fn both_forms_of_a_page_are_read() {
        let json = r#"{"meta": {"api-version": "1.1"}, "files": [
            {"filename": "llm_x-1.tar.gz", "url": "https://files.example/a/llm_x-1.tar.gz", "hashes": {}},
            {"filename": "llm_x-1-py3-none-any.whl", "url": "../../files/llm_x-1-py3-none-any.whl#sha256=0", "hashes": {}}]}"#;
        let html = r#"<html><body><a href="https://files.example/a/llm_x-1.tar.gz#sha256=1">llm_x-1.tar.gz</a>
            <a data-x="" href='../../files/llm_x-1-py3-none-any.whl#sha256=0'>llm_x-1-py3-none-any.whl</a></body></html>"#;
        for text in [json, html] {
            let found = file(text, PAGE, "llm_x-1-py3-none-any.whl").unwrap();
            assert_eq!(found, "https://index.example/root/files/llm_x-1-py3-none-any.whl");
            assert_eq!(file(text, PAGE, "llm_x-1.tar.gz").unwrap(), "https://files.example/a/llm_x-1.tar.gz");
            assert_eq!(file(text, PAGE, "llm_x-2.tar.gz"), None);
        }
        assert_eq!(file("not a page", PAGE, "x"), None);
        assert_eq!(
            page("https://index.example/simple", "llm-x"),
            page("https://index.example/simple/", "llm-x")
        );
    }

    #[test]
    fn addresses_are_joined() {
        assert_eq!(joined(PAGE, "/f/x.whl"), "https://index.example/f/x.whl");
        assert_eq!(joined(PAGE, "//other.example/x.whl"), "https://other.example/x.whl");
        assert_eq!(joined(PAGE, "x.whl"), "https://index.example/root/simple/llm-x/x.whl");
        assert_eq!(joined(PAGE, "../../../../../x.whl"), "https://index.example/x.whl");
    }
}
