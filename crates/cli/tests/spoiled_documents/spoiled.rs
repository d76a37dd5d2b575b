//! How to spoil a document: truncated, flipped, with figures, keys and kinds that no one expects.

use serde_json::{Map, Value, json};

/// A small generator of numbers (xorshift64*), so that a corruption is its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap() % sides
    }
}

/// One corruption of a document.
pub(crate) fn spoil(document: &str, seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    for _ in 0..8 {
        dice.roll(2);
    }
    match dice.roll(12) {
        0 => document.as_bytes()[..dice.roll(document.len())].to_vec(),
        1 => flipped(document, &mut dice),
        2 => nested(document, &mut dice),
        3 => with_key_twice(document, &mut dice),
        4 => not_utf8(document, &mut dice),
        _ => spoiled_value(document, &mut dice),
    }
}

fn flipped(document: &str, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = document.as_bytes().to_vec();
    for _ in 0..=dice.roll(4) {
        let place = dice.roll(bytes.len());
        bytes[place] ^= 1 << dice.roll(7);
    }
    bytes
}

fn nested(document: &str, dice: &mut Dice) -> Vec<u8> {
    let depth = 200 + dice.roll(50_000);
    let deep = "[".repeat(depth) + &"]".repeat(depth);
    let place = document.char_indices().filter(|(_, c)| *c == ':').map(|(i, _)| i + 1);
    let places: Vec<usize> = place.collect();
    let at = places[dice.roll(places.len())];
    format!("{}{deep}, \"x\":{}", &document[..at], &document[at..]).into_bytes()
}

fn with_key_twice(document: &str, dice: &mut Dice) -> Vec<u8> {
    let objects: Vec<usize> =
        document.char_indices().filter(|(_, c)| *c == '{').map(|(i, _)| i + 1).collect();
    let at = objects[dice.roll(objects.len())];
    let rest = &document[at..];
    let key = rest.split('"').nth(1).unwrap_or("as_of");
    format!("{}\"{key}\": 1,{rest}", &document[..at]).into_bytes()
}

fn not_utf8(document: &str, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = document.as_bytes().to_vec();
    bytes.insert(dice.roll(bytes.len()), 0xff);
    bytes
}

/// Changes one place of the parsed document.
fn spoiled_value(document: &str, dice: &mut Dice) -> Vec<u8> {
    let mut value: Value = serde_json::from_str(document).unwrap();
    let mut paths = Vec::new();
    collect(&value, "", &mut paths);
    let path = paths[dice.roll(paths.len())].clone();
    if dice.roll(3) == 0 {
        rekeyed(&mut value, &path, dice);
    } else if let Some(place) = value.pointer_mut(&path) {
        *place = unexpected(place, dice);
    }
    serde_json::to_vec_pretty(&value).unwrap()
}

/// Every place of a document, as JSON pointers.
fn collect(value: &Value, path: &str, paths: &mut Vec<String>) {
    let mut visit = |key: String, child: &Value| {
        let path = format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
        paths.push(path.clone());
        collect(child, &path, paths);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(k, v)| visit(k.clone(), v)),
        Value::Array(items) => items.iter().enumerate().for_each(|(i, v)| visit(i.to_string(), v)),
        _ => {}
    }
}

/// Deletes or renames a key, or doubles an item of a list.
fn rekeyed(value: &mut Value, path: &str, dice: &mut Dice) {
    let (parent, key) = path.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/").replace("~0", "~");
    match value.pointer_mut(parent) {
        Some(Value::Object(fields)) => renamed(fields, &key, dice),
        Some(Value::Array(items)) => {
            let place: usize = key.parse().unwrap();
            if dice.roll(2) == 0 { drop(items.remove(place)) } else { items.push(items[place].clone()) }
        }
        _ => {}
    }
}

fn renamed(fields: &mut Map<String, Value>, key: &str, dice: &mut Dice) {
    let Some(child) = fields.remove(key) else { return };
    let names =
        [format!("{key}s"), key.to_uppercase(), String::new(), format!("{key}\u{0}"), "cash".to_owned()];
    let choice = dice.roll(names.len() + 1);
    if let Some(name) = names.get(choice) {
        fields.insert(name.clone(), child);
    }
}

/// A figure, word or kind that nobody expects there.
fn unexpected(was: &Value, dice: &mut Dice) -> Value {
    let odd = [
        json!("NaN"),
        json!("-Infinity"),
        json!("1e400"),
        json!(-1),
        json!(0),
        json!("-0.0000000000000000000000000001"),
        json!("79228162514264337593543950335"),
        json!(9_999_999_999.0),
        json!("0.0000000000000000000000000001"),
        json!(1e12),
        json!(null),
        json!(true),
        json!([]),
        json!({}),
        json!(""),
        json!("2026-02-30"),
        json!("9999-12-31"),
        json!("\u{1b}[2J"),
        json!([was]),
        json!({ "x": was }),
    ];
    odd[dice.roll(odd.len())].clone()
}
