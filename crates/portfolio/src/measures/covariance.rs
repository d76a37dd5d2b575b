//! The covariance matrix Σ and its quadratic form, which (6), (7) and (25) share.
//!
//! In: rows of a matrix, aligned return series, or a factor model. Out: `xᵀ Σ x` for any vector.
//! Invariant: the matrix is square, finite and symmetric.

use super::sample::{all_finite, covariance, finite, same_length};
use super::undefined::Undefined;

/// Negative results within this part of `Σ |x_i Σ_ij x_j|` are rounding and count as zero.
const ROUNDING: f64 = 1e-12;

/// A covariance matrix; its unit is return squared per the period of its source.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariance {
    rows: Vec<Vec<f64>>,
}

impl Covariance {
    /// Takes a matrix by rows, n × n. An asymmetry of rounding size is averaged away.
    ///
    /// # Errors
    /// [`Undefined`] where it is not square or not finite, or [`Undefined::NotSymmetric`].
    pub fn of_rows(rows: &[Vec<f64>]) -> Result<Self, Undefined> {
        for row in rows {
            same_length(row, rows)?;
            all_finite(row)?;
        }
        let scale = rows.iter().flatten().fold(0.0_f64, |most, x| most.max(x.abs()));
        let mut symmetric = rows.to_vec();
        for i in 0..rows.len() {
            for j in 0..i {
                if (rows[i][j] - rows[j][i]).abs() > 1e-9 * scale {
                    return Err(Undefined::NotSymmetric { row: i, column: j });
                }
                symmetric[i][j] = f64::midpoint(rows[i][j], rows[j][i]);
                symmetric[j][i] = symmetric[i][j];
            }
        }
        Ok(Self { rows: symmetric })
    }

    /// Sample covariance (n − 1) of aligned return series, one slice per asset, per period.
    ///
    /// # Errors
    /// [`Undefined`] with fewer than two periods or series of different lengths.
    pub fn of_returns(assets: &[&[f64]]) -> Result<Self, Undefined> {
        let mut rows = vec![vec![0.0; assets.len()]; assets.len()];
        for i in 0..assets.len() {
            for j in 0..=i {
                rows[i][j] = covariance(assets[i], assets[j])?;
                rows[j][i] = rows[i][j];
            }
        }
        Ok(Self { rows })
    }

    /// `B F Bᵀ + diag(d)` of a factor model: `exposures` B is n × k, `factors` F is k × k,
    /// `specific` d has n entries.
    ///
    /// # Errors
    /// [`Undefined`] where the shapes do not fit or an entry is not finite.
    ///
    /// # Source
    /// The normative model's `tracking_variance`.
    pub fn of_factors(
        exposures: &[Vec<f64>],
        factors: &[Vec<f64>],
        specific: &[f64],
    ) -> Result<Self, Undefined> {
        let factors = Self::of_rows(factors)?;
        same_length(exposures, specific)?;
        all_finite(specific)?;
        let mut rows = vec![vec![0.0; exposures.len()]; exposures.len()];
        for (i, from) in exposures.iter().enumerate() {
            for (j, to) in exposures.iter().enumerate() {
                rows[i][j] = factors.between(from, to)?;
            }
            rows[i][i] += specific[i];
        }
        Self::of_rows(&rows)
    }

    /// The same matrix over `periods` times the period: covariances of independent periods add.
    #[must_use]
    pub fn over(&self, periods: f64) -> Self {
        let scaled = |row: &Vec<f64>| row.iter().map(|x| x * periods).collect();
        Self { rows: self.rows.iter().map(scaled).collect() }
    }

    /// Number of assets.
    #[must_use]
    pub fn assets(&self) -> usize {
        self.rows.len()
    }

    /// `xᵀ Σ x`: the variance of the mixture `x`.
    ///
    /// # Errors
    /// [`Undefined::LengthsDiffer`], or [`Undefined::NegativeVariance`] where the matrix is not
    /// positive semidefinite along `x`.
    pub fn quadratic(&self, x: &[f64]) -> Result<f64, Undefined> {
        let form = self.between(x, x)?;
        if form >= 0.0 {
            return Ok(form);
        }
        let entry = |i: usize, j: usize| (x[i] * self.rows[i][j] * x[j]).abs();
        let scale: f64 =
            (0..x.len()).flat_map(|i| (0..x.len()).map(move |j| (i, j))).map(|(i, j)| entry(i, j)).sum();
        if form >= -ROUNDING * scale { Ok(0.0) } else { Err(Undefined::NegativeVariance) }
    }

    /// `xᵀ Σ y`.
    fn between(&self, x: &[f64], y: &[f64]) -> Result<f64, Undefined> {
        same_length(x, &self.rows)?;
        same_length(y, &self.rows)?;
        all_finite(x)?;
        all_finite(y)?;
        let row_times_y = |row: &Vec<f64>| row.iter().zip(y).map(|(s, y)| s * y).sum::<f64>();
        finite(self.rows.iter().zip(x).map(|(row, x)| x * row_times_y(row)).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_the_variance_of_the_mixture() {
        let (a, b) = ([0.01, -0.02, 0.03, 0.0], [0.02, 0.01, -0.01, 0.005]);
        let mixed: Vec<f64> = a.iter().zip(&b).map(|(a, b)| 0.7 * a + 0.3 * b).collect();
        let form = Covariance::of_returns(&[&a, &b]).unwrap().quadratic(&[0.7, 0.3]).unwrap();
        assert!((form - covariance(&mixed, &mixed).unwrap()).abs() < 1e-18);
    }

    #[test]
    fn a_factor_model_is_its_matrix() {
        let model = Covariance::of_factors(&[vec![1.0], vec![0.5]], &[vec![0.04]], &[0.01, 0.02]);
        let written = Covariance::of_rows(&[vec![0.05, 0.02], vec![0.02, 0.03]]).unwrap();
        let (model, x) = (model.unwrap(), [0.6, -0.4]);
        assert!((model.quadratic(&x).unwrap() - written.quadratic(&x).unwrap()).abs() < 1e-15);
        assert_eq!(model.assets(), 2);
    }

    #[test]
    fn what_is_no_covariance_is_a_finding() {
        let ragged = Covariance::of_rows(&[vec![1.0, 0.0], vec![0.0]]);
        assert_eq!(ragged, Err(Undefined::LengthsDiffer { left: 1, right: 2 }));
        let lopsided = Covariance::of_rows(&[vec![1.0, 0.5], vec![0.1, 1.0]]);
        assert_eq!(lopsided, Err(Undefined::NotSymmetric { row: 1, column: 0 }));
        let indefinite = Covariance::of_rows(&[vec![1.0, 2.0], vec![2.0, 1.0]]).unwrap();
        assert_eq!(indefinite.quadratic(&[1.0, -1.0]), Err(Undefined::NegativeVariance));
        assert_eq!(indefinite.quadratic(&[1.0]), Err(Undefined::LengthsDiffer { left: 1, right: 2 }));
    }
}
