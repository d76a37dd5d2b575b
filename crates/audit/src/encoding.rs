//! Bytes as text: lower-case hex and base64, both strict.
//!
//! In: bytes or text. Out: the other of the two. Invariant: one value has one text, so that whatever was read can be
//! written back as the same characters: no upper case, no white space, no missing padding, no stray bits.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Lower-case hex, two digits a byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The `N` bytes that `text` spells in lower-case hex.
pub(crate) fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = value(pair[0])? << 4 | value(pair[1])?;
    }
    Some(bytes)
}

/// Base64 of RFC 4648, section 4, with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// What `text` spells in base64 of RFC 4648, section 4.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// A count as C2SP writes it: decimal digits without leading zeroes.
pub(crate) fn from_decimal(text: &str) -> Option<u64> {
    let all_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    text.parse().ok()
}

/// Gives a type over `[u8; N]` its hex in JSON.
macro_rules! hex_in_json {
    ($name:ident, $size:literal, $what:literal) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&crate::encoding::hex(&self.0))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                crate::encoding::from_hex::<$size>(&text).map($name).ok_or_else(|| {
                    serde::de::Error::custom(format!(
                        concat!("`{}` is not ", $what, ": {} digits of lower-case hex"),
                        text,
                        2 * $size
                    ))
                })
            }
        }
    };
}
pub(crate) use hex_in_json;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_one_form_is_read() {
        assert_eq!(from_hex::<2>("00ff"), Some([0, 255]));
        for text in ["00FF", "0ff", "00ff0", " 0ff", "00fg", "é0ff"] {
            assert_eq!(from_hex::<2>(text), None, "{text}");
        }
        assert_eq!(from_base64("AAE="), Some(vec![0, 1]));
        for text in ["AAE", "AAF=", "AA E=", "AAE=\n", "AA-_"] {
            assert_eq!(from_base64(text), None, "{text}");
        }
        assert_eq!(from_decimal("18446744073709551615"), Some(u64::MAX));
        for text in ["", "00", "01", "+1", "-1", " 1", "18446744073709551616"] {
            assert_eq!(from_decimal(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(bytes in any::<[u8; 7]>(), number: u64) {
            prop_assert_eq!(from_hex(&hex(&bytes)), Some(bytes));
            prop_assert_eq!(from_base64(&base64(&bytes)), Some(bytes.to_vec()));
            prop_assert_eq!(from_decimal(&number.to_string()), Some(number));
        }

        #[test]
        fn what_is_read_is_written_back(text in "[0-9a-fA-F=+/ ]{0,12}") {
            if let Some(bytes) = from_hex::<4>(&text) { prop_assert_eq!(hex(&bytes), text.clone()); }
            if let Some(bytes) = from_base64(&text) { prop_assert_eq!(base64(&bytes), text.clone()); }
            if let Some(number) = from_decimal(&text) { prop_assert_eq!(number.to_string(), text); }
        }
    }
}
