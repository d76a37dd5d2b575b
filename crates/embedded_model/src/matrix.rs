//! A matrix as the file has it, and what it makes of vectors.
//!
//! In: a tensor, and vectors one after the other. Out: its rows times each vector. Numbers stay in 4 or 8 bits in memory and are
//! unpacked, exactly, some rows at a time as they are used. Invariant: a product is summed in one fixed order, whatever the
//! machine, the number of threads and the number of vectors, so that the same numbers give the same bits everywhere.

use pulp::Arch;
use rayon::prelude::*;

use crate::gguf::{Form, Tensor};
use crate::machine::{self, LANES, Lanes, Task};

/// Rows that are unpacked together.
const ROWS: usize = 8;
/// Numbers in a block of few bits.
const BLOCK: usize = 32;
/// Rows that are one thread's work at least.
const ROWS_PER_TASK: usize = 64;

/// A matrix.
#[derive(Debug)]
pub(crate) struct Matrix {
    columns: usize,
    rows: usize,
    numbers: Numbers,
}

/// How the numbers lie in memory. A block's scale and shift are in single precision, which holds half precision exactly.
#[derive(Debug)]
enum Numbers {
    /// Two in a byte: the first half of a block in the low bits, the second in the high ones.
    Nibbles {
        pairs: Vec<u8>,
        scales: Vec<f32>,
        shifts: Vec<f32>,
    },
    Bytes {
        numbers: Vec<i8>,
        scales: Vec<f32>,
    },
    Floats(Vec<f32>),
}

impl Matrix {
    pub(crate) fn of(tensor: Tensor<'_>) -> Matrix {
        let Tensor { columns, rows, form, bytes } = tensor;
        Matrix { columns, rows, numbers: numbers(form, bytes) }
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        match &self.numbers {
            Numbers::Nibbles { pairs, scales, shifts } => pairs.len() + 4 * (scales.len() + shifts.len()),
            Numbers::Bytes { numbers, scales } => numbers.len() + 4 * scales.len(),
            Numbers::Floats(numbers) => 4 * numbers.len(),
        }
    }

    /// One row in full.
    pub(crate) fn row(&self, row: usize, out: &mut [f32]) {
        self.unpack(row, out);
    }

    /// The product with each of `count` vectors, which lie in `vectors` one after the other; so do the products in `out`.
    pub(crate) fn times(&self, arch: Arch, vectors: &[f32], count: usize, out: &mut [f32]) {
        debug_assert!(vectors.len() == self.columns * count && out.len() == self.rows * count);
        if count == 1 {
            let tasks = out.par_chunks_mut(ROWS_PER_TASK).enumerate();
            tasks.for_each(|(task, out)| {
                machine::run(
                    arch,
                    SomeRows { matrix: self, first: task * ROWS_PER_TASK, vectors, count, out },
                );
            });
            return;
        }
        // By row first, since a thread can write only what lies together; then turned.
        let mut by_row = vec![0.0; out.len()];
        let tasks = by_row.par_chunks_mut(ROWS_PER_TASK * count).enumerate();
        tasks.for_each(|(task, out)| {
            machine::run(arch, SomeRows { matrix: self, first: task * ROWS_PER_TASK, vectors, count, out });
        });
        for (vector, out) in out.chunks_exact_mut(self.rows).enumerate() {
            for (out, row) in out.iter_mut().zip(by_row.chunks_exact(count)) {
                *out = row[vector];
            }
        }
    }

    #[inline(always)]
    fn unpack(&self, row: usize, out: &mut [f32]) {
        let (from, to) = (row * self.columns, (row + 1) * self.columns);
        match &self.numbers {
            Numbers::Nibbles { pairs, scales, shifts } => {
                let pairs = pairs[from / 2..to / 2].as_chunks::<{ BLOCK / 2 }>().0;
                let scaled = scales[from / BLOCK..to / BLOCK].iter().zip(&shifts[from / BLOCK..to / BLOCK]);
                let out = out.as_chunks_mut::<BLOCK>().0;
                for ((out, pairs), (&scale, &shift)) in out.iter_mut().zip(pairs).zip(scaled) {
                    let mut block = [0.0; BLOCK];
                    for place in 0..BLOCK / 2 {
                        block[place] = f32::from(pairs[place] & 0x0f) * scale + shift;
                        block[place + BLOCK / 2] = f32::from(pairs[place] >> 4) * scale + shift;
                    }
                    *out = block;
                }
            }
            Numbers::Bytes { numbers, scales } => {
                let numbers = numbers[from..to].as_chunks::<BLOCK>().0;
                let out = out.as_chunks_mut::<BLOCK>().0;
                for ((out, numbers), &scale) in
                    out.iter_mut().zip(numbers).zip(&scales[from / BLOCK..to / BLOCK])
                {
                    let mut block = [0.0; BLOCK];
                    for place in 0..BLOCK {
                        block[place] = f32::from(numbers[place]) * scale;
                    }
                    *out = block;
                }
            }
            Numbers::Floats(numbers) => out.copy_from_slice(&numbers[from..to]),
        }
    }
}

/// Rows of a matrix from `first` on, each with its `count` products in `out`: one thread's work, a type of its own so that all of it is
/// compiled for the registers that the machine has.
struct SomeRows<'a> {
    matrix: &'a Matrix,
    first: usize,
    vectors: &'a [f32],
    count: usize,
    out: &'a mut [f32],
}

impl Task for SomeRows<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let SomeRows { matrix, first, vectors, count, out } = self;
        let columns = matrix.columns;
        let mut unpacked = vec![0.0; ROWS * columns];
        for (group, out) in out.chunks_mut(ROWS * count).enumerate() {
            for (row, place) in (0..out.len() / count).zip(unpacked.chunks_exact_mut(columns)) {
                matrix.unpack(first + group * ROWS + row, place);
            }
            let rows: [&[f32]; ROWS] =
                std::array::from_fn(|row| &unpacked[row * columns..(row + 1) * columns]);
            let mut note = |row: usize, vector: usize, product: f32| {
                // The last rows of a matrix may be fewer.
                if let Some(place) = out.get_mut(row * count + vector) {
                    *place = product;
                }
            };
            // As many sums at once as there are registers for.
            let (pairs, rest) = vectors.split_at(columns * 2 * (count / 2));
            for (pair, vectors) in pairs.chunks_exact(2 * columns).enumerate() {
                let (even, odd) = vectors.split_at(columns);
                for half in [0, ROWS / 2] {
                    let rows: [&[f32]; ROWS / 2] = std::array::from_fn(|row| rows[half + row]);
                    let sums = products(lanes, rows, [even, odd]);
                    for (row, [even, odd]) in sums.into_iter().enumerate() {
                        note(half + row, 2 * pair, even);
                        note(half + row, 2 * pair + 1, odd);
                    }
                }
            }
            if !rest.is_empty() {
                for (row, [product]) in products(lanes, rows, [rest]).into_iter().enumerate() {
                    note(row, count - 1, product);
                }
            }
        }
    }
}

/// The products of each row with each vector.
#[inline(always)]
pub(crate) fn products<L: Lanes, const R: usize, const V: usize>(
    lanes: L,
    rows: [&[f32]; R],
    vectors: [&[f32]; V],
) -> [[f32; V]; R] {
    // Loops and no closures: what is called from within is compiled for the plainest machine, and sums whose address is taken are
    // written to memory at every step.
    let count = vectors[0].len() / LANES;
    let mut rows_by_eights: [&[L::Eight]; R] = [&[]; R];
    for (by_eights, row) in rows_by_eights.iter_mut().zip(&rows) {
        *by_eights = &lanes.eights(row).0[..count];
    }
    let mut vectors_by_eights: [&[L::Eight]; V] = [&[]; V];
    for (by_eights, vector) in vectors_by_eights.iter_mut().zip(&vectors) {
        *by_eights = &lanes.eights(vector).0[..count];
    }
    let mut sums = [[lanes.zero(); V]; R];
    for place in 0..count {
        for r in 0..R {
            for v in 0..V {
                let (row, vector) = (rows_by_eights[r][place], vectors_by_eights[v][place]);
                sums[r][v] = lanes.multiply_add(row, vector, sums[r][v]);
            }
        }
    }
    let mut products = [[0.0; V]; R];
    for r in 0..R {
        for v in 0..V {
            let mut sum = lanes.total(sums[r][v]);
            for place in count * LANES..vectors[v].len() {
                sum = rows[r][place].mul_add(vectors[v][place], sum);
            }
            products[r][v] = sum;
        }
    }
    products
}

/// The product of two vectors, summed like those of rows.
#[inline(always)]
pub(crate) fn product<L: Lanes>(lanes: L, a: &[f32], b: &[f32]) -> f32 {
    let [[product]] = products(lanes, [a], [b]);
    product
}

fn numbers(form: Form, bytes: &[u8]) -> Numbers {
    let half = |bytes: &[u8]| half_precision(u16::from_le_bytes([bytes[0], bytes[1]]));
    let blocks = bytes.chunks_exact(form.block().1);
    match form {
        Form::F32 => Numbers::Floats(blocks.map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()),
        Form::F16 => Numbers::Floats(blocks.map(half).collect()),
        Form::Q4_0 => {
            let scales: Vec<f32> = blocks.clone().map(half).collect();
            let shifts = scales.iter().map(|scale| -8.0 * scale).collect();
            Numbers::Nibbles { pairs: blocks.flat_map(|b| &b[2..]).copied().collect(), scales, shifts }
        }
        Form::Q4_1 => Numbers::Nibbles {
            scales: blocks.clone().map(half).collect(),
            shifts: blocks.clone().map(|b| half(&b[2..])).collect(),
            pairs: blocks.flat_map(|b| &b[4..]).copied().collect(),
        },
        Form::Q8_0 => Numbers::Bytes {
            scales: blocks.clone().map(half).collect(),
            numbers: blocks.flat_map(|b| &b[2..]).map(|byte| byte.cast_signed()).collect(),
        },
    }
}

/// A number of half precision (IEEE 754 binary16).
fn half_precision(bits: u16) -> f32 {
    let sign = u32::from(bits >> 15) << 31;
    let (exponent, fraction) = (u32::from(bits >> 10 & 0x1f), u32::from(bits & 0x3ff));
    let magnitude = match exponent {
        // Below the smallest normal number: the fraction counts 2⁻²⁴.
        0 => return f32::from_bits(sign | (f32::from(bits & 0x3ff) / 16_777_216.0).to_bits()),
        31 => 0x7f80_0000 | fraction << 13,
        exponent => (exponent + 127 - 15) << 23 | fraction << 13,
    };
    f32::from_bits(sign | magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Plain;

    #[test]
    fn half_precision_is_read_exactly() {
        for (bits, expected) in [
            (0x0000, 0.0_f32),
            (0x8000, -0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0001, 5.960_464_5e-8),
            (0x0400, 6.103_515_6e-5),
            (0x3555, 0.333_251_95),
            (0x7c00, f32::INFINITY),
        ] {
            assert_eq!(half_precision(bits).to_bits(), expected.to_bits(), "{bits:#x}");
        }
        assert!(half_precision(0x7e00).is_nan());
    }

    fn random(count: usize, seed: u64) -> Vec<f32> {
        let mut dice = fastrand::Rng::with_seed(seed);
        (0..count).map(|_| dice.f32() - 0.5).collect()
    }

    /// Blocks of random bits with a scale of 1/64 and, where the form has one, a shift of −1/8.
    fn tensor(form: Form, columns: usize, rows: usize) -> Vec<u8> {
        let mut dice = fastrand::Rng::with_seed(1);
        let (numbers, size) = form.block();
        let mut bytes = Vec::new();
        for _ in 0..columns * rows / numbers {
            let begin = bytes.len();
            match form {
                Form::F32 => bytes.extend((dice.f32() - 0.5).to_le_bytes()),
                Form::F16 => bytes.extend(0x2c01_u16.to_le_bytes()),
                Form::Q4_1 => bytes.extend([0x2400_u16.to_le_bytes(), 0xb000_u16.to_le_bytes()].concat()),
                Form::Q4_0 | Form::Q8_0 => bytes.extend(0x2400_u16.to_le_bytes()),
            }
            while bytes.len() < begin + size {
                bytes.push(dice.u8(..));
            }
        }
        bytes
    }

    const FORMS: [Form; 5] = [Form::F32, Form::F16, Form::Q4_0, Form::Q4_1, Form::Q8_0];

    #[test]
    fn products_are_those_of_plain_arithmetic() {
        for form in FORMS {
            let (columns, rows, count) = (96, 70, 3);
            let bytes = tensor(form, columns, rows);
            let matrix = Matrix::of(Tensor { columns, rows, form, bytes: &bytes });
            let vectors = random(columns * count, 2);
            let mut out = vec![0.0; rows * count];
            matrix.times(Arch::new(), &vectors, count, &mut out);
            let mut row = vec![0.0; columns];
            for vector in 0..count {
                for place in 0..rows {
                    matrix.row(place, &mut row);
                    let plain: f64 = row
                        .iter()
                        .zip(&vectors[vector * columns..])
                        .map(|(a, b)| f64::from(*a) * f64::from(*b))
                        .sum();
                    let found = f64::from(out[vector * rows + place]);
                    assert!((plain - found).abs() < 1e-5, "{form:?}: {plain} {found}");
                }
            }
        }
    }

    #[test]
    fn one_vector_or_many_and_any_machine_give_the_same_bits() {
        for form in FORMS {
            let (columns, rows, count) = (64, 133, 5);
            let bytes = tensor(form, columns, rows);
            let matrix = Matrix::of(Tensor { columns, rows, form, bytes: &bytes });
            let vectors = random(columns * count, 3);
            let mut together = vec![0.0; rows * count];
            matrix.times(Arch::new(), &vectors, count, &mut together);
            for (vector, expected) in vectors.chunks_exact(columns).zip(together.chunks_exact(rows)) {
                let (mut alone, mut plain) = (vec![0.0; rows], vec![0.0; rows]);
                matrix.times(Arch::new(), vector, 1, &mut alone);
                SomeRows { matrix: &matrix, first: 0, vectors: vector, count: 1, out: &mut plain }.run(Plain);
                assert_eq!(alone, expected, "{form:?}");
                assert_eq!(plain, expected, "{form:?}");
            }
        }
    }

    #[test]
    fn four_bits_are_unpacked_as_the_format_says() {
        // Scale 2, shift −1: low bits are the first half of a block, high bits the second.
        let mut block = [0x4000_u16.to_le_bytes(), 0xbc00_u16.to_le_bytes()].concat();
        block.extend((0..16_u8).map(|n| n | (15 - n) << 4));
        let matrix = Matrix::of(Tensor { columns: 32, rows: 1, form: Form::Q4_1, bytes: &block });
        let mut row = [0.0; 32];
        matrix.row(0, &mut row);
        assert_eq!((row[0], row[1], row[15], row[16], row[31]), (-1.0, 1.0, 29.0, 29.0, -1.0));
        let block = [&0x4000_u16.to_le_bytes()[..], &block[4..]].concat();
        let matrix = Matrix::of(Tensor { columns: 32, rows: 1, form: Form::Q4_0, bytes: &block });
        matrix.row(0, &mut row);
        assert_eq!((row[0], row[1], row[15], row[16]), (-16.0, -14.0, 14.0, 14.0));
    }
}
