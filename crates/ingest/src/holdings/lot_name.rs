//! Names of lots that their files don't name.
//!
//! In: what a lot is. Out: a name such as `VTI-2020-05-10-k3f7`. Invariant: the name of a lot depends on nothing but the lot (account,
//! ticker, time of purchase, cost per share), so that it is the same in every import, whatever else was bought or sold since.

use std::collections::HashSet;

/// Letters and digits that can't be taken for each other.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Of so many letters the end of a name is: a million ends for the lots of one ticker and day.
const ENDING: usize = 4;

/// A name that is not among `taken`, and from then on is.
///
/// `parts` are what tells the lot from others of its ticker and day.
pub(super) fn made(ticker: &str, day: &str, parts: &[&str], taken: &mut HashSet<String>) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325; // FNV-1a
    for byte in parts.iter().flat_map(|part| part.bytes().chain([0x1f])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 32;
    let ending: String = (0..ENDING)
        .map(|n| char::from(LETTERS[usize::try_from(hash >> (5 * n) & 31).unwrap_or_default()]))
        .collect();
    let plain: String = ticker.chars().map(|c| if c.is_whitespace() { '_' } else { c }).collect();
    let name = format!("{plain}-{day}-{ending}");
    let mut unique = name.clone();
    let mut number = 2;
    while !taken.insert(unique.clone()) {
        unique = format!("{name}-{number}");
        number += 1;
    }
    unique
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_depends_on_the_lot_alone() {
        let name = |taken: &mut HashSet<String>| made("VTI", "2020-05-10", &["joint", "13:22", "150"], taken);
        let mut taken = HashSet::new();
        let first = name(&mut taken);
        let other = made("VTI", "2020-05-10", &["joint", "13:23", "150"], &mut taken);
        assert_ne!(first, other);
        assert_eq!(name(&mut HashSet::from([other])), first);
        assert_eq!(name(&mut taken), format!("{first}-2"));
        assert!(first.starts_with("VTI-2020-05-10-") && first.len() == 19, "{first}");
    }
}
