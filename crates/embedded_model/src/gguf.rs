//! A GGUF file: what it says of itself, and where its tensors lie.
//!
//! In: the bytes of a file. Out: its metadata by key and its tensors by name, or what is wrong with it. Invariants: whatever the bytes
//! are, nothing is read past their end, nothing is allocated that they do not hold, and nothing panics.
//!
//! # Source
//! The GGUF specification of the ggml project, versions 2 and 3; little-endian files only.

use std::collections::BTreeMap;

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GgufError {
    /// It is something else.
    #[error("this is no GGUF file: it does not begin with `GGUF`")]
    NotGguf,
    /// It is of a version that is not read here.
    #[error("this is GGUF version {version}; versions 2 and 3 are read")]
    Version {
        /// As the file says.
        version: u32,
    },
    /// It ends too early, or says something that can't be.
    #[error("the GGUF file is damaged: {what} at byte {at}")]
    Damaged {
        /// What does not fit.
        what: &'static str,
        /// Where, from 0.
        at: usize,
    },
    /// It lacks something.
    #[error("the GGUF file has no `{key}` of the kind that is needed")]
    Lacks {
        /// Name of the metadata or of the tensor.
        key: String,
    },
}

/// A value of the metadata. Whole numbers of every width are one kind, and so are fractions.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A whole number.
    Whole(i128),
    /// A fraction.
    Fraction(f64),
    /// Yes or no.
    Truth(bool),
    /// A text.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
    /// A list of whole numbers.
    Wholes(Vec<i128>),
    /// A list of anything else, which nobody here asks for.
    Others,
}

/// How the numbers of a tensor are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Single precision.
    F32,
    /// Half precision.
    F16,
    /// 32 numbers of 4 bits around 8 with a scale.
    Q4_0,
    /// 32 numbers of 4 bits with a scale and a shift.
    Q4_1,
    /// 32 numbers of 8 bits with a scale.
    Q8_0,
}

impl Form {
    fn of(code: u32) -> Option<Form> {
        Some(match code {
            0 => Form::F32,
            1 => Form::F16,
            2 => Form::Q4_0,
            3 => Form::Q4_1,
            8 => Form::Q8_0,
            _ => return None,
        })
    }

    /// Numbers in a block, and bytes that it takes.
    #[must_use]
    pub fn block(self) -> (usize, usize) {
        match self {
            Form::F32 => (1, 4),
            Form::F16 => (1, 2),
            Form::Q4_0 => (32, 18),
            Form::Q4_1 => (32, 20),
            Form::Q8_0 => (32, 34),
        }
    }
}

/// A tensor: rows that lie one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Tensor<'a> {
    /// Numbers in a row.
    pub columns: usize,
    /// Rows.
    pub rows: usize,
    /// How they are written.
    pub form: Form,
    /// All of them.
    pub bytes: &'a [u8],
}

/// A file that was read.
#[derive(Debug)]
pub struct Gguf<'a> {
    metadata: BTreeMap<String, Value>,
    tensors: BTreeMap<String, Tensor<'a>>,
}

/// Where the data begin is a multiple of this many bytes unless the file says otherwise.
const ALIGNMENT: i128 = 32;
/// Items of a list at most; a vocabulary has some ten thousand.
const ITEMS_MAX: usize = 1 << 22;
/// Lists within lists that are followed; the format knows no use for more.
const DEPTH_MAX: u32 = 4;

impl<'a> Gguf<'a> {
    /// Reads a file.
    ///
    /// # Errors
    /// [`GgufError`] for anything that is no whole GGUF file with tensors of a known [`Form`].
    pub fn read(bytes: &'a [u8]) -> Result<Gguf<'a>, GgufError> {
        let mut reader = Reader { bytes, at: 0 };
        if reader.take(4).ok() != Some(b"GGUF") {
            return Err(GgufError::NotGguf);
        }
        let version = reader.u32()?;
        if !(2..=3).contains(&version) {
            return Err(GgufError::Version { version });
        }
        let (tensor_count, value_count) = (reader.u64()?, reader.u64()?);
        let mut metadata = BTreeMap::new();
        for _ in 0..value_count {
            let key = reader.text()?;
            let kind = reader.u32()?;
            metadata.insert(key, reader.value(kind, DEPTH_MAX)?);
        }
        let mut described = Vec::new();
        for _ in 0..tensor_count {
            described.push(reader.described()?);
        }
        let alignment = match metadata.get("general.alignment") {
            Some(Value::Whole(alignment)) => *alignment,
            _ => ALIGNMENT,
        };
        let alignment = usize::try_from(alignment).ok().filter(|a| a.is_power_of_two());
        let alignment = alignment.ok_or(reader.damaged("an alignment that is none"))?;
        let begin = reader.at.checked_next_multiple_of(alignment);
        let begin = begin.ok_or(reader.damaged("an alignment past the end"))?;
        let mut tensors = BTreeMap::new();
        for (name, columns, rows, form, offset) in described {
            let (numbers, size) = form.block();
            let place = columns
                .checked_mul(rows)
                .filter(|_| columns % numbers == 0)
                .and_then(|count| (count / numbers).checked_mul(size))
                .zip(begin.checked_add(offset))
                .and_then(|(length, start)| bytes.get(start..start.checked_add(length)?));
            let bytes = place.ok_or(reader.damaged("a tensor that is not in the file"))?;
            tensors.insert(name, Tensor { columns, rows, form, bytes });
        }
        Ok(Gguf { metadata, tensors })
    }

    /// A value of the metadata, where there is one.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.metadata.get(key)
    }

    /// A whole number between 1 and `most`.
    ///
    /// # Errors
    /// [`GgufError::Lacks`].
    pub fn whole(&self, key: &str, most: usize) -> Result<usize, GgufError> {
        let found = match self.value(key) {
            Some(Value::Whole(number)) => usize::try_from(*number).ok(),
            _ => None,
        };
        found.filter(|number| (1..=most).contains(number)).ok_or_else(|| lacks(key))
    }

    /// A fraction above 0.
    ///
    /// # Errors
    /// [`GgufError::Lacks`].
    pub fn fraction(&self, key: &str) -> Result<f64, GgufError> {
        match self.value(key) {
            Some(Value::Fraction(number)) if *number > 0.0 && number.is_finite() => Ok(*number),
            _ => Err(lacks(key)),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// [`GgufError::Lacks`].
    pub fn text(&self, key: &str) -> Result<&str, GgufError> {
        match self.value(key) {
            Some(Value::Text(text)) => Ok(text),
            _ => Err(lacks(key)),
        }
    }

    /// A list of texts.
    ///
    /// # Errors
    /// [`GgufError::Lacks`].
    pub fn texts(&self, key: &str) -> Result<&[String], GgufError> {
        match self.value(key) {
            Some(Value::Texts(texts)) => Ok(texts),
            _ => Err(lacks(key)),
        }
    }

    /// A list of whole numbers.
    ///
    /// # Errors
    /// [`GgufError::Lacks`].
    pub fn wholes(&self, key: &str) -> Result<&[i128], GgufError> {
        match self.value(key) {
            Some(Value::Wholes(numbers)) => Ok(numbers),
            _ => Err(lacks(key)),
        }
    }

    /// A tensor of these measures.
    ///
    /// # Errors
    /// [`GgufError::Lacks`].
    pub fn tensor(&self, name: &str, columns: usize, rows: usize) -> Result<Tensor<'a>, GgufError> {
        let found = self.tensors.get(name).copied();
        found.filter(|tensor| (tensor.columns, tensor.rows) == (columns, rows)).ok_or_else(|| lacks(name))
    }

    /// Whether there is such a tensor.
    #[must_use]
    pub fn has_tensor(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }
}

fn lacks(key: &str) -> GgufError {
    GgufError::Lacks { key: key.to_owned() }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn damaged(&self, what: &'static str) -> GgufError {
        GgufError::Damaged { what, at: self.at }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], GgufError> {
        let end = self.at.checked_add(count);
        let taken = end.and_then(|end| self.bytes.get(self.at..end)).ok_or(self.damaged("the file ends"))?;
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], GgufError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn u32(&mut self) -> Result<u32, GgufError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64, GgufError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn size(&mut self) -> Result<usize, GgufError> {
        let size = self.u64()?;
        usize::try_from(size).map_err(|_| self.damaged("a size that no machine has"))
    }

    fn text(&mut self) -> Result<String, GgufError> {
        let length = self.size()?;
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| self.damaged("a text that is no UTF-8"))
    }

    fn value(&mut self, kind: u32, depth: u32) -> Result<Value, GgufError> {
        Ok(match kind {
            0 => Value::Whole(self.array::<1>()?[0].into()),
            1 => Value::Whole(i8::from_le_bytes(self.array()?).into()),
            2 => Value::Whole(u16::from_le_bytes(self.array()?).into()),
            3 => Value::Whole(i16::from_le_bytes(self.array()?).into()),
            4 => Value::Whole(self.u32()?.into()),
            5 => Value::Whole(i32::from_le_bytes(self.array()?).into()),
            6 => Value::Fraction(f32::from_le_bytes(self.array()?).into()),
            7 => Value::Truth(self.array::<1>()?[0] != 0),
            8 => Value::Text(self.text()?),
            9 => self.list(depth)?,
            10 => Value::Whole(self.u64()?.into()),
            11 => Value::Whole(i64::from_le_bytes(self.array()?).into()),
            12 => Value::Fraction(f64::from_le_bytes(self.array()?)),
            _ => return Err(self.damaged("a value of an unknown kind")),
        })
    }

    fn list(&mut self, depth: u32) -> Result<Value, GgufError> {
        let kind = self.u32()?;
        let count = self.size()?;
        if count > ITEMS_MAX {
            return Err(self.damaged("a list that is too long"));
        }
        let depth = depth.checked_sub(1).ok_or(self.damaged("lists within lists"))?;
        let (mut texts, mut wholes) = (Vec::new(), Vec::new());
        for _ in 0..count {
            match self.value(kind, depth)? {
                Value::Text(text) => texts.push(text),
                Value::Whole(number) => wholes.push(number),
                _ => {}
            }
        }
        Ok(match (texts.len(), wholes.len()) {
            (length, _) if length == count => Value::Texts(texts),
            (_, length) if length == count => Value::Wholes(wholes),
            _ => Value::Others,
        })
    }

    /// Name, columns, rows, form and offset of a tensor.
    fn described(&mut self) -> Result<(String, usize, usize, Form, usize), GgufError> {
        let name = self.text()?;
        let dimensions = self.u32()?;
        if !(1..=4).contains(&dimensions) {
            return Err(self.damaged("a tensor with more dimensions than four, or none"));
        }
        let columns = self.size()?;
        let mut rows: usize = 1;
        for _ in 1..dimensions {
            let more = self.size()?;
            rows = rows.checked_mul(more).ok_or(self.damaged("a tensor that no machine holds"))?;
        }
        let form = self.u32()?;
        let form = Form::of(form).ok_or(
            self.damaged("a tensor of a form that is not read here (F32, F16, Q4_0, Q4_1 and Q8_0 are)"),
        )?;
        Ok((name, columns, rows, form, self.size()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Vec<u8> {
        [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat()
    }

    /// A file with one text, one number, one list, and a tensor of two rows of two numbers.
    fn file() -> Vec<u8> {
        let mut bytes = b"GGUF".to_vec();
        bytes.extend(3_u32.to_le_bytes());
        bytes.extend(1_u64.to_le_bytes());
        bytes.extend(3_u64.to_le_bytes());
        bytes.extend([text("a.name"), 8_u32.to_le_bytes().to_vec(), text("x")].concat());
        bytes.extend([text("a.count"), 4_u32.to_le_bytes().to_vec(), 7_u32.to_le_bytes().to_vec()].concat());
        bytes.extend([text("a.list"), 9_u32.to_le_bytes().to_vec(), 8_u32.to_le_bytes().to_vec()].concat());
        bytes.extend([2_u64.to_le_bytes().to_vec(), text("p"), text("q")].concat());
        bytes.extend([text("t.weight"), 2_u32.to_le_bytes().to_vec()].concat());
        bytes.extend([2_u64.to_le_bytes(), 2_u64.to_le_bytes()].concat());
        bytes.extend([&0_u32.to_le_bytes()[..], &0_u64.to_le_bytes()[..]].concat());
        bytes.resize(bytes.len().next_multiple_of(32), 0);
        for number in [1.0_f32, 2.0, 3.0, 4.0] {
            bytes.extend(number.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn a_file_is_read() {
        let bytes = file();
        let gguf = Gguf::read(&bytes).unwrap();
        assert_eq!((gguf.text("a.name"), gguf.whole("a.count", 7)), (Ok("x"), Ok(7)));
        assert_eq!(gguf.texts("a.list").unwrap(), ["p", "q"]);
        let tensor = gguf.tensor("t.weight", 2, 2).unwrap();
        assert_eq!((tensor.form, tensor.bytes.len()), (Form::F32, 16));
        assert_eq!(gguf.whole("a.count", 6), Err(GgufError::Lacks { key: "a.count".to_owned() }));
        assert!(gguf.tensor("t.weight", 4, 1).is_err() && gguf.text("a.count").is_err());
    }

    #[test]
    fn a_file_that_was_cut_or_changed_anywhere_is_an_error_or_a_file() {
        let bytes = file();
        for length in 0..bytes.len() {
            assert!(Gguf::read(&bytes[..length]).is_err(), "{length}");
        }
        for place in 0..bytes.len() {
            for change in [0x01, 0x80, 0xff] {
                let mut changed = bytes.clone();
                changed[place] ^= change;
                let _ = Gguf::read(&changed); // it returns
            }
        }
        assert_eq!(Gguf::read(b"PK\x03\x04").unwrap_err(), GgufError::NotGguf);
        let old = [&b"GGUF"[..], &1_u32.to_le_bytes()].concat();
        assert_eq!(Gguf::read(&old).unwrap_err(), GgufError::Version { version: 1 });
    }
}
