//! What is kept of the tokens that were read, so that they need not be read again.
//!
//! In: keys and values, layer by layer. Out: the same, by layer and head. Invariant: after [`Kept::cut`] it is as if only the first
//! tokens had ever been read.

use super::Measures;

/// Keys and values of the tokens so far.
#[derive(Debug)]
pub(crate) struct Kept {
    tokens: Vec<u32>,
    layers: Vec<Vec<Head>>,
    head: usize,
}

/// Keys and values of one head in one layer, token by token.
#[derive(Debug, Clone, Default)]
pub(crate) struct Head {
    pub(crate) keys: Vec<f32>,
    pub(crate) values: Vec<f32>,
}

impl Kept {
    /// Nothing, of a network of these measures.
    pub(crate) fn new(measures: &Measures) -> Kept {
        let layers = vec![vec![Head::default(); measures.kept_heads]; measures.layers];
        Kept { tokens: Vec::new(), layers, head: measures.head }
    }

    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// How many tokens at the beginning of `tokens` are kept.
    pub(crate) fn shared(&self, tokens: &[u32]) -> usize {
        self.tokens.iter().zip(tokens).take_while(|(a, b)| a == b).count()
    }

    /// Forgets all but the first tokens.
    pub(crate) fn cut(&mut self, length: usize) {
        self.tokens.truncate(length);
        for head in self.layers.iter_mut().flatten() {
            head.keys.truncate(length * self.head);
            head.values.truncate(length * self.head);
        }
    }

    /// Notes tokens that are being read; the place of the first.
    pub(super) fn begin(&mut self, tokens: &[u32]) -> usize {
        let first = self.tokens.len();
        self.tokens.extend_from_slice(tokens);
        first
    }

    /// Adds what a layer made of them.
    pub(super) fn add(&mut self, layer: usize, keys: &[f32], values: &[f32]) {
        let heads = &mut self.layers[layer];
        let width = heads.len() * self.head;
        for (keys, values) in keys.chunks_exact(width).zip(values.chunks_exact(width)) {
            let parts = keys.chunks_exact(self.head).zip(values.chunks_exact(self.head));
            for (kept, (keys, values)) in heads.iter_mut().zip(parts) {
                kept.keys.extend_from_slice(keys);
                kept.values.extend_from_slice(values);
            }
        }
    }

    pub(super) fn layer(&self, layer: usize) -> &[Head] {
        &self.layers[layer]
    }
}
