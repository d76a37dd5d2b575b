//! The network: which token is likely to come next.
//!
//! In: tokens, and what was kept of those before them. Out: a score for every token of the vocabulary. It is Llama's: per layer
//! attention with grouped heads and rotated positions, then a gated feed-forward part, each behind a norm and added to what came in.
//! Invariant: what is computed for a token does not depend on how many are read at once, on threads or on the machine.
//!
//! # Source
//! Touvron et al., "LLaMA: Open and Efficient Foundation Language Models" (2023), and the layout of `llama` in GGUF files, where the
//! two numbers that a rotation turns lie side by side.

mod kept;

pub(crate) use kept::Kept;

use pulp::Arch;
use rayon::prelude::*;

use crate::gguf::{Gguf, GgufError};
use crate::machine::{self, LANES, Lanes, Plain, Task};
use crate::matrix::{Matrix, product, products};

/// Tokens that are read at once at most: as many as fit a processor's cache together with some rows.
pub(crate) const AT_ONCE_MAX: usize = 32;

/// Measures of the network.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measures {
    pub(crate) layers: usize,
    width: usize,
    inner: usize,
    heads: usize,
    /// Heads that keys and values have; each serves several heads of questions.
    kept_heads: usize,
    head: usize,
    norm_epsilon: f32,
    pub(crate) context: usize,
    pub(crate) vocabulary: usize,
}

/// The network with all its weights.
#[derive(Debug)]
pub(crate) struct Network {
    measures: Measures,
    embedding: Matrix,
    layers: Vec<Layer>,
    norm: Vec<f32>,
    /// What turns the last layer into scores; the embedding where there is none.
    output: Option<Matrix>,
    /// Cosine and sine for each position and pair.
    turns: Vec<(f32, f32)>,
    arch: Arch,
}

#[derive(Debug)]
struct Layer {
    attention_norm: Vec<f32>,
    question: Matrix,
    key: Matrix,
    value: Matrix,
    attention_out: Matrix,
    forward_norm: Vec<f32>,
    gate: Matrix,
    up: Matrix,
    down: Matrix,
}

impl Measures {
    fn read(gguf: &Gguf<'_>) -> Result<Measures, GgufError> {
        let whole = |key: &str, most: usize| gguf.whole(&format!("llama.{key}"), most);
        let lacks = |key: &str| GgufError::Lacks { key: key.to_owned() };
        if gguf.text("general.architecture")? != "llama" {
            return Err(lacks("general.architecture = llama"));
        }
        // A stretched context is computed in another way.
        if gguf.value("llama.rope.scaling.type").is_some() {
            return Err(lacks("network without llama.rope.scaling.type"));
        }
        let (width, heads) = (whole("embedding_length", 1 << 14)?, whole("attention.head_count", 256)?);
        let kept_heads = whole("attention.head_count_kv", heads)?;
        let head = whole("rope.dimension_count", width)?;
        if head * heads != width || heads % kept_heads != 0 || head % LANES != 0 {
            return Err(lacks("llama.attention.head_count"));
        }
        #[expect(clippy::cast_possible_truncation, reason = "it was written in single precision")]
        let norm_epsilon = gguf.fraction("llama.attention.layer_norm_rms_epsilon")? as f32;
        Ok(Measures {
            layers: whole("block_count", 256)?,
            width,
            inner: whole("feed_forward_length", 1 << 16)?,
            heads,
            kept_heads,
            head,
            norm_epsilon,
            context: whole("context_length", 1 << 17)?,
            vocabulary: gguf.texts("tokenizer.ggml.tokens")?.len(),
        })
    }

    /// Bytes of a token in all layers.
    pub(crate) fn kept_bytes(&self) -> usize {
        self.layers * 2 * self.kept_width() * size_of::<f32>()
    }

    /// Numbers of the key, or of the value, of one token in one layer.
    fn kept_width(&self) -> usize {
        self.kept_heads * self.head
    }
}

impl Network {
    /// The network of a file.
    pub(crate) fn read(gguf: &Gguf<'_>) -> Result<Network, GgufError> {
        let measures = Measures::read(gguf)?;
        let (width, kept, inner) = (measures.width, measures.kept_width(), measures.inner);
        let matrix = |name: &str, columns, rows| gguf.tensor(name, columns, rows).map(Matrix::of);
        let norm = |name: &str| {
            let matrix = matrix(name, width, 1)?;
            let mut row = vec![0.0; width];
            matrix.row(0, &mut row);
            Ok(row)
        };
        let layer = |layer: usize| {
            let name = |part: &str| format!("blk.{layer}.{part}.weight");
            Ok(Layer {
                attention_norm: norm(&name("attn_norm"))?,
                question: matrix(&name("attn_q"), width, width)?,
                key: matrix(&name("attn_k"), width, kept)?,
                value: matrix(&name("attn_v"), width, kept)?,
                attention_out: matrix(&name("attn_output"), width, width)?,
                forward_norm: norm(&name("ffn_norm"))?,
                gate: matrix(&name("ffn_gate"), width, inner)?,
                up: matrix(&name("ffn_up"), width, inner)?,
                down: matrix(&name("ffn_down"), inner, width)?,
            })
        };
        let output = gguf.has_tensor("output.weight");
        let base = gguf.fraction("llama.rope.freq_base")?;
        Ok(Network {
            embedding: matrix("token_embd.weight", width, measures.vocabulary)?,
            layers: (0..measures.layers).map(layer).collect::<Result<_, GgufError>>()?,
            norm: norm("output_norm.weight")?,
            output: output.then(|| matrix("output.weight", width, measures.vocabulary)).transpose()?,
            turns: turns(measures.context, measures.head, base),
            arch: Arch::new(),
            measures,
        })
    }

    pub(crate) fn measures(&self) -> &Measures {
        &self.measures
    }

    /// Bytes of the weights in memory.
    pub(crate) fn bytes(&self) -> usize {
        let of_layers = self.layers.iter().flat_map(|layer| {
            [
                &layer.question,
                &layer.key,
                &layer.value,
                &layer.attention_out,
                &layer.gate,
                &layer.up,
                &layer.down,
            ]
        });
        of_layers.chain([&self.embedding]).chain(&self.output).map(Matrix::bytes).sum()
    }

    /// Reads up to [`AT_ONCE_MAX`] tokens after those that `kept` holds, and keeps them there. Out: the state behind the last.
    pub(crate) fn take(&self, tokens: &[u32], kept: &mut Kept) -> Vec<f32> {
        let Measures { width, inner, .. } = self.measures;
        let (count, arch) = (tokens.len(), self.arch);
        debug_assert!((1..=AT_ONCE_MAX).contains(&count) && kept.len() + count <= self.measures.context);
        let mut state = vec![0.0; count * width];
        for (token, row) in tokens.iter().zip(state.chunks_exact_mut(width)) {
            self.embedding.row(*token as usize, row);
        }
        let first = kept.begin(tokens);
        let mut normed = vec![0.0; count * width];
        let mut added = vec![0.0; count * width];
        let mut questions = vec![0.0; count * width];
        let mut keys = vec![0.0; count * self.measures.kept_width()];
        let mut values = keys.clone();
        let (mut gates, mut ups) = (vec![0.0; count * inner], vec![0.0; count * inner]);
        for (number, layer) in self.layers.iter().enumerate() {
            self.norm(&state, &layer.attention_norm, &mut normed);
            layer.question.times(arch, &normed, count, &mut questions);
            layer.key.times(arch, &normed, count, &mut keys);
            layer.value.times(arch, &normed, count, &mut values);
            self.turn(&mut questions, count, first);
            self.turn(&mut keys, count, first);
            kept.add(number, &keys, &values);
            let attended = &mut normed;
            self.attend(&questions, kept.layer(number), first, attended);
            layer.attention_out.times(arch, attended, count, &mut added);
            add(&mut state, &added);

            self.norm(&state, &layer.forward_norm, &mut normed);
            layer.gate.times(arch, &normed, count, &mut gates);
            layer.up.times(arch, &normed, count, &mut ups);
            machine::run(arch, Gated { gates: &mut gates, ups: &ups });
            layer.down.times(arch, &gates, count, &mut added);
            add(&mut state, &added);
        }
        state.split_off((count - 1) * width)
    }

    /// The score of each token of the vocabulary to come next, from the state behind the last one.
    pub(crate) fn scores(&self, state: &[f32]) -> Vec<f32> {
        let mut normed = vec![0.0; state.len()];
        self.norm(state, &self.norm, &mut normed);
        let mut scores = vec![0.0; self.measures.vocabulary];
        let output = self.output.as_ref().unwrap_or(&self.embedding);
        debug_assert!(output.rows() == scores.len() && output.columns() == normed.len());
        output.times(self.arch, &normed, 1, &mut scores);
        scores
    }

    /// Each vector divided by its root mean square, times the weights.
    fn norm(&self, state: &[f32], weights: &[f32], out: &mut [f32]) {
        let width = self.measures.width;
        for (vector, out) in state.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
            #[expect(clippy::cast_precision_loss, reason = "a width is far below 2²⁴")]
            let mean = product(Plain, vector, vector) / width as f32;
            let factor = 1.0 / (mean + self.measures.norm_epsilon).sqrt();
            for ((out, number), weight) in out.iter_mut().zip(vector).zip(weights) {
                *out = number * factor * weight;
            }
        }
    }

    /// Turns the pairs of each head of `count` vectors by the positions of their tokens, of which the first is `first`.
    fn turn(&self, vectors: &mut [f32], count: usize, first: usize) {
        let head = self.measures.head;
        let width = vectors.len() / count;
        let turns = self.turns[first * head / 2..].chunks_exact(head / 2);
        for (vector, turns) in vectors.chunks_exact_mut(width).zip(turns) {
            for head in vector.chunks_exact_mut(head) {
                for (pair, (cosine, sine)) in head.chunks_exact_mut(2).zip(turns) {
                    let (a, b) = (pair[0], pair[1]);
                    pair[0] = a * cosine - b * sine;
                    pair[1] = a * sine + b * cosine;
                }
            }
        }
    }

    /// What each token takes from itself and from those before it. One head of one token is one task.
    fn attend(&self, questions: &[f32], heads: &[kept::Head], first: usize, out: &mut [f32]) {
        let Measures { heads: of_token, kept_heads, head, .. } = self.measures;
        let arch = self.arch;
        let tasks = out.par_chunks_mut(head).zip(questions.par_chunks(head)).enumerate();
        tasks.for_each(|(task, (out, question))| {
            let seen = first + task / of_token + 1;
            let kept = &heads[task % of_token / (of_token / kept_heads)];
            let (keys, values) = (&kept.keys[..seen * head], &kept.values[..seen * head]);
            machine::run(arch, Attended { question, keys, values, out });
        });
    }
}

/// Cosine and sine by position and pair.
fn turns(context: usize, head: usize, base: f64) -> Vec<(f32, f32)> {
    let pairs = head / 2;
    #[expect(clippy::cast_precision_loss, reason = "positions and pairs are small whole numbers")]
    #[expect(clippy::cast_possible_truncation, reason = "single precision is what is computed in")]
    let turn = |place: usize| {
        let slowness = libm::pow(base, (place % pairs) as f64 * 2.0 / head as f64);
        let angle = (place / pairs) as f64 / slowness;
        (libm::cos(angle) as f32, libm::sin(angle) as f32)
    };
    (0..context * pairs).into_par_iter().map(turn).collect()
}

/// Eights of a value that are summed at once.
const TILE: usize = 4;

/// One head's look at what was kept: the mean of the values, weighted by how well each key answers the question.
struct Attended<'a> {
    question: &'a [f32],
    keys: &'a [f32],
    values: &'a [f32],
    out: &'a mut [f32],
}

impl Task for Attended<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let Attended { question, keys, values, out } = self;
        let head = question.len();
        #[expect(clippy::cast_precision_loss, reason = "the width of a head is far below 2²⁴")]
        let scale = 1.0 / (head as f32).sqrt();
        let mut weights = vec![0.0; keys.len() / head];
        // Four keys at once, as there are registers for.
        let (fours, rest) = keys.split_at(keys.len() / (4 * head) * 4 * head);
        let (of_fours, of_rest) = weights.split_at_mut(fours.len() / head);
        for (keys, weights) in fours.chunks_exact(4 * head).zip(of_fours.as_chunks_mut::<4>().0) {
            let (ab, cd) = keys.split_at(2 * head);
            let ((a, b), (c, d)) = (ab.split_at(head), cd.split_at(head));
            let [[a], [b], [c], [d]] = products(lanes, [a, b, c, d], [question]);
            *weights = [a * scale, b * scale, c * scale, d * scale];
        }
        for (key, weight) in rest.chunks_exact(head).zip(of_rest) {
            *weight = product(lanes, question, key) * scale;
        }
        let mut largest = f32::NEG_INFINITY;
        for weight in &weights {
            largest = if *weight > largest { *weight } else { largest };
        }
        for weight in &mut weights {
            *weight = exponential(*weight - largest);
        }
        let total: f32 = weights.iter().sum();
        let (out, _) = out.as_chunks_mut::<LANES>();
        for (tile, out) in out.chunks_mut(TILE).enumerate() {
            let mut sums = [lanes.zero(); TILE];
            for (weight, value) in weights.iter().zip(values.chunks_exact(head)) {
                let weight = lanes.all(*weight);
                let value = &lanes.eights(value).0[tile * TILE..];
                for (sum, value) in sums.iter_mut().zip(value) {
                    *sum = lanes.multiply_add(weight, *value, *sum);
                }
            }
            for (out, sum) in out.iter_mut().zip(sums) {
                *out = lanes.store(sum);
            }
        }
        for out in out.iter_mut().flatten() {
            *out /= total;
        }
    }
}

/// The inner part of a layer behind its gate: x / (1 + e⁻ˣ) of the gate, times the other.
struct Gated<'a> {
    gates: &'a mut [f32],
    ups: &'a [f32],
}

impl Task for Gated<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, _: L) {
        for (gate, up) in self.gates.iter_mut().zip(self.ups) {
            *gate = *gate / (1.0 + exponential(-*gate)) * up;
        }
    }
}

fn add(state: &mut [f32], added: &[f32]) {
    for (number, added) in state.iter_mut().zip(added) {
        *number += added;
    }
}

/// eˣ to within two units in the last place, from the four operations alone, so that every machine finds the same.
///
/// # Source
/// Reduction to |r| <= ln 2 / 2 and the polynomial of Cephes, `expf` (Moshier, 1989).
#[inline(always)]
pub(crate) fn exponential(x: f32) -> f32 {
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    /// Adding it leaves the nearest whole number in the low bits.
    const ROUNDING: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 88.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUNDING;
    let power = rounded - ROUNDING;
    let r = x - power * LN_2_HIGH - power * LN_2_LOW;
    let mut sum = 1.987_569_1e-4_f32;
    for factor in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
        sum = sum * r + factor;
    }
    let scale = rounded.to_bits().wrapping_add(127) << 23;
    (sum * r * r + r + 1.0) * f32::from_bits(scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_right_and_saturates() {
        for step in -8700..8800_i16 {
            let x = f32::from(step) / 100.0;
            let (found, right) = (f64::from(exponential(x)), libm::exp(f64::from(x)));
            assert!((found / right - 1.0).abs() < 3e-7, "{x}: {found} {right}");
        }
        assert_eq!(exponential(0.0).to_bits(), 1.0_f32.to_bits());
        assert!(exponential(-1e30) < 1e-37 && exponential(1e30).is_finite());
    }

    #[test]
    fn attention_is_the_weighted_mean_of_the_values() {
        let wide = |numbers: [f32; 2]| numbers.map(|number| [number; 8]).concat();
        let attended = |question: [f32; 2]| {
            let mut out = [0.0; 16];
            // The second key answers the first question far better than the first key.
            let (keys, values) = (
                [wide([0.0, 1.0]), wide([10.0, 0.0])].concat(),
                [wide([1.0, 2.0]), wide([3.0, 4.0])].concat(),
            );
            Attended { question: &wide(question), keys: &keys, values: &values, out: &mut out }.run(Plain);
            [out[0], out[15]]
        };
        assert_eq!(attended([30.0, 0.0]).map(f32::to_bits), [3.0, 4.0].map(f32::to_bits));
        assert_eq!(attended([0.0, 0.0]).map(f32::to_bits), [2.0, 3.0].map(f32::to_bits));
    }
}
