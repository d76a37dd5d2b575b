//! Vectors with few non-zeros: the rows of a program, and tables of them.
//!
//! In and out: (index, value) pairs. Invariant: the entries of a row are in the order of their indices,
//! each index once, and a row has length 1.

/// A constraint a·x >= b with few non-zeros.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SparseRow {
    pub(crate) entries: Vec<(usize, f64)>,
    pub(crate) rhs: f64,
}

impl SparseRow {
    /// The row scaled to a normal of length 1; `None` where all its coefficients vanish.
    pub(crate) fn new(entries: Vec<(usize, f64)>, rhs: f64) -> Option<SparseRow> {
        let mut entries = merged(entries);
        let norm = entries.iter().map(|(_, v)| v * v).sum::<f64>().sqrt();
        if norm < 1e-14 {
            return None;
        }
        entries.iter_mut().for_each(|(_, v)| *v /= norm);
        Some(SparseRow { entries, rhs: rhs / norm })
    }

    /// a·x − b.
    pub(crate) fn slack(&self, x: &[f64]) -> f64 {
        self.entries.iter().map(|(i, v)| v * x[*i]).sum::<f64>() - self.rhs
    }

    /// a_i.
    pub(crate) fn coefficient(&self, i: usize) -> f64 {
        self.entries.binary_search_by_key(&i, |(j, _)| *j).map_or(0.0, |place| self.entries[place].1)
    }
}

/// Entries with equal variables added up, in the order of the variables.
pub(crate) fn merged(mut entries: Vec<(usize, f64)>) -> Vec<(usize, f64)> {
    if !entries.is_sorted_by(|a, b| a.0 < b.0) {
        entries.sort_unstable_by_key(|(i, _)| *i);
        entries.dedup_by(|next, kept| {
            let equal = next.0 == kept.0;
            if equal {
                kept.1 += next.1;
            }
            equal
        });
    }
    entries.retain(|(_, v)| *v != 0.0);
    entries
}

/// Sparse rows, one after the other in memory.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// Where each row starts, and where the last one ends.
    starts: Vec<usize>,
    entries: Vec<(usize, f64)>,
}

impl Table {
    /// The table of these rows.
    pub(crate) fn new<'a>(rows: impl Iterator<Item = &'a [(usize, f64)]>) -> Table {
        let mut table = Table { starts: vec![0], entries: Vec::new() };
        for row in rows {
            table.entries.extend_from_slice(row);
            table.starts.push(table.entries.len());
        }
        table
    }

    /// The entries of row `k`.
    pub(crate) fn row(&self, k: usize) -> impl Iterator<Item = (usize, f64)> {
        self.entries[self.starts[k]..self.starts[k + 1]].iter().copied()
    }

    /// The columns of a table of `n` columns as rows.
    pub(crate) fn transposed(&self, n: usize) -> Table {
        let mut starts = vec![0; n + 1];
        for (i, _) in &self.entries {
            starts[i + 1] += 1;
        }
        for i in 0..n {
            starts[i + 1] += starts[i];
        }
        let mut next = starts.clone();
        let mut entries = vec![(0, 0.0); self.entries.len()];
        for k in 0..self.starts.len() - 1 {
            for (i, v) in self.row(k) {
                entries[next[i]] = (k, v);
                next[i] += 1;
            }
        }
        Table { starts, entries }
    }
}
