//! The web page as it was built into the program.
//!
//! In: what `build.rs` has found in `web/dist`. Out: its files; none where the page was not built, which the server says in words.

use server::Page;

/// The page.
pub(crate) static PAGE: Page = Page { files: include!(concat!(env!("OUT_DIR"), "/page.rs")) };
