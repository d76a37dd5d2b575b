//! The description of the API as a page that people browse: `/docs`.
//!
//! In: the document of `/openapi.json`. Out: one page of HTML, made once when a server starts. Invariants: it has no script and asks nobody else for
//! anything; every text of the document is escaped; every address and every shape of the document is on it.

use std::fmt::Write;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::serving::Server;

const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];
const STYLE: &str = include_str!("docs/style.css");
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The headers of what is served here.
fn headers(kind: &'static str) -> [(HeaderName, HeaderValue); 3] {
    [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ]
}

/// `GET /docs`.
pub(crate) async fn docs(State(server): State<Server>) -> Response {
    (headers("text/html; charset=utf-8"), server.docs()).into_response()
}

/// `GET /docs/style.css`.
pub(crate) async fn style() -> Response {
    (headers("text/css; charset=utf-8"), STYLE).into_response()
}

/// The page of a document.
pub(crate) fn page(document: &Value) -> String {
    let mut page = String::new();
    // Writing to a text does not fail.
    let _ = write_page(&mut page, document);
    page
}

fn write_page(page: &mut String, document: &Value) -> std::fmt::Result {
    let title = text(&document["info"]["title"]);
    writeln!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}: the API</title>\n<link rel=\"stylesheet\" href=\"/docs/style.css\">\n</head>\n<body>\n<main>\n\
         <h1>{title}: the API</h1>\n<p>Version {}. <a href=\"/openapi.json\">openapi.json</a> says the same to programs.</p>\n<p>{}</p>",
        text(&document["info"]["version"]),
        text(&document["info"]["description"])
    )?;
    let all = operations(document);
    let mut tags: Vec<&str> = all.iter().map(|operation| operation.tag).collect();
    tags.dedup();
    write!(page, "<nav aria-label=\"Contents\"><ul>")?;
    for tag in &tags {
        write!(page, "<li><a href=\"#tag-{0}\">{0}</a></li>", escaped(tag))?;
    }
    writeln!(page, "<li><a href=\"#shapes\">shapes</a></li></ul></nav>")?;
    for tag in tags {
        writeln!(page, "<h2 id=\"tag-{0}\">{0}</h2>", escaped(tag))?;
        for operation in all.iter().filter(|operation| operation.tag == tag) {
            operation.write(page)?;
        }
    }
    writeln!(page, "<h2 id=\"shapes\">shapes</h2>")?;
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        writeln!(
            page,
            "<section id=\"shape-{0}\">\n<h3>{0}</h3>\n<p>{1}</p>",
            escaped(name),
            text(&schema["description"])
        )?;
        fields(page, schema)?;
        writeln!(page, "</section>")?;
    }
    writeln!(page, "</main>\n</body>\n</html>")
}

/// What one address does by one method.
struct Operation<'a> {
    tag: &'a str,
    method: &'a str,
    path: &'a str,
    told: &'a Value,
}

/// All of them, by tag, in the order of the document within one.
fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in METHODS {
            if let Some(told) = item.get(method) {
                let tag = told["tags"][0].as_str().unwrap_or("others");
                all.push(Operation { tag, method, path, told });
            }
        }
    }
    all.sort_by_key(|operation| operation.tag);
    all
}

impl Operation<'_> {
    fn write(&self, page: &mut String) -> std::fmt::Result {
        let Operation { method, path, told, .. } = self;
        let id = told["operationId"].as_str().unwrap_or_default();
        writeln!(
            page,
            "<details id=\"{}\">\n<summary><code class=\"{method}\">{}</code> <code>{}</code> {}</summary>\n<p>{}</p>",
            escaped(id),
            method.to_uppercase(),
            escaped(path),
            text(&told["summary"]),
            text(&told["description"])
        )?;
        if let Some(parameters) = told["parameters"].as_array().filter(|all| !all.is_empty()) {
            writeln!(
                page,
                "<table>\n<caption>Parameters</caption>\n<tr><th>Name</th><th>Where</th><th>Kind</th><th></th></tr>"
            )?;
            for one in parameters {
                writeln!(
                    page,
                    "<tr><td><code>{}</code></td><td>{}{}</td><td>{}</td><td>{}</td></tr>",
                    text(&one["name"]),
                    text(&one["in"]),
                    if one["required"] == true { ", has to be there" } else { "" },
                    kind(&one["schema"]),
                    text(&one["description"])
                )?;
            }
            writeln!(page, "</table>")?;
        }
        for (media, body) in told["requestBody"]["content"].as_object().into_iter().flatten() {
            writeln!(page, "<p>Sent: {} as <code>{}</code></p>", kind(&body["schema"]), escaped(media))?;
        }
        writeln!(page, "<ul>")?;
        for (status, answer) in told["responses"].as_object().into_iter().flatten() {
            let status = if status == "default" { "otherwise" } else { status };
            write!(page, "<li><strong>{}</strong> {}", escaped(status), text(&answer["description"]))?;
            for (media, body) in answer["content"].as_object().into_iter().flatten() {
                write!(page, ": {} as <code>{}</code>", kind(&body["schema"]), escaped(media))?;
            }
            writeln!(page, "</li>")?;
        }
        writeln!(page, "</ul>\n</details>")
    }
}

/// The fields of a shape, those of what it takes over among them.
fn fields(page: &mut String, schema: &Value) -> std::fmt::Result {
    for part in schema["allOf"].as_array().into_iter().flatten() {
        if part.get("$ref").is_some() {
            writeln!(page, "<p>Everything of {}, and:</p>", kind(part))?;
        }
        fields(page, part)?;
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<String> = words.iter().map(|word| format!("<code>{}</code>", text(word))).collect();
        writeln!(page, "<p>One of {}.</p>", words.join(", "))?;
    }
    let Some(properties) = schema["properties"].as_object() else { return Ok(()) };
    let required =
        |name: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
    writeln!(page, "<table>\n<tr><th>Field</th><th>Kind</th><th></th></tr>")?;
    for (name, field) in properties {
        writeln!(
            page,
            "<tr><td><code>{}</code>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(name),
            if required(name) { "" } else { " (may be absent)" },
            kind(field),
            text(&field["description"])
        )?;
    }
    writeln!(page, "</table>")
}

/// What kind of value a schema is of, with a link to its shape.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("<a href=\"#shape-{0}\">{0}</a>", escaped(name));
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        if let Some(all) = schema[several].as_array() {
            let kinds: Vec<String> = all.iter().map(kind).collect();
            return kinds.join(if several == "allOf" { " and " } else { " or " });
        }
    }
    let words = match &schema["type"] {
        Value::Array(all) => all.iter().map(text).collect::<Vec<_>>().join(" or "),
        one => text(one),
    };
    let format =
        schema["format"].as_str().map_or_else(String::new, |format| format!(" ({})", escaped(format)));
    match (words.as_str(), schema.get("items")) {
        ("", _) => "anything".to_owned(),
        (_, Some(items)) => format!("{words} of {}", kind(items)),
        _ if schema["additionalProperties"].is_object() => {
            format!("{words} by name, of {}", kind(&schema["additionalProperties"]))
        }
        _ => format!("{words}{format}"),
    }
}

/// A text of the document, escaped; nothing where there is none.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => escaped(text),
        Value::Null => String::new(),
        other => escaped(&other.to_string()),
    }
}

/// Text as HTML shows it.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '\'' => safe += "&#39;",
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Map;

    /// Nothing that is in the document is left out.
    fn named(document: &Value) -> (Vec<String>, Map<String, Value>) {
        let paths = document["paths"].as_object().unwrap().keys().cloned().collect();
        (paths, document["components"]["schemas"].as_object().unwrap().clone())
    }

    #[test]
    fn every_address_and_shape_is_on_the_page_and_every_link_leads_somewhere() {
        let document = serde_json::to_value(crate::openapi()).unwrap();
        let page = page(&document);
        let (paths, shapes) = named(&document);
        for path in paths {
            assert!(page.contains(&format!("<code>{}</code>", escaped(&path))), "{path}");
        }
        for shape in shapes.keys() {
            assert!(page.contains(&format!("<section id=\"shape-{shape}\">")), "{shape}");
        }
        for link in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(page.contains(&format!("id=\"{link}\"")), "{link}");
        }
        assert!(!page.contains("<script"));
    }

    #[test]
    fn what_the_document_says_is_no_markup() {
        let document = serde_json::json!({
            "info": {"title": "<b>", "version": "1", "description": "a & b"},
            "paths": {"/x\"": {"get": {"tags": ["t'"], "summary": "<script>", "responses": {"200": {"description": "<i>"}}}}}
        });
        let page = page(&document);
        assert!(
            page.contains("&lt;script&gt;") && page.contains("a &amp; b") && page.contains("/x&quot;"),
            "{page}"
        );
        assert!(!page.contains("<script>") && !page.contains("<i>") && !page.contains("<b>"));
    }
}
