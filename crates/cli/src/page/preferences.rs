//! The pages of `preferences`.

use propose::phrases::Meaning;

use super::{drawn, paragraph, table, title};

/// What a text means.
pub(crate) fn page(meaning: &Meaning) -> String {
    let mut page = title("Understood");
    if meaning.understood.is_empty() {
        page += &paragraph("Nothing.", 0);
    } else {
        let mut t = table(&["Token", "From the words"]);
        for found in &meaning.understood {
            t.add_row([&found.token, &found.words]);
        }
        page += &drawn(&t);
    }
    if !meaning.not_understood.is_empty() {
        page += "\n";
        page += &title("Not understood");
        for words in &meaning.not_understood {
            page += &paragraph(words, 2);
        }
    }
    if !meaning.notes.is_empty() {
        page += "\n";
    }
    for note in &meaning.notes {
        page += &paragraph(&format!("Note: {note}"), 0);
    }
    page
}

/// Every token.
pub(crate) fn all(examples: &[&str]) -> String {
    let mut page = title("Preference tokens (numbers and names are examples)");
    for example in examples {
        page += &paragraph(example, 2);
    }
    page
}
