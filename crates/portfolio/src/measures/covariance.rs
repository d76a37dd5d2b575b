//! The covariance matrix Σ and its quadratic form, which (6), (7) and (25) share.
//!
//! In: rows of a matrix, aligned return series, or a factor model. Out: `xᵀ Σ x` for any vector.
//! Invariants: the matrix is square, finite and symmetric; that of a factor model is never written out, so that
//! its form takes n · k steps and not n².

use super::sample::{all_finite, covariance, finite, same_length};
use super::undefined::Undefined;

/// Negative results within this part of `Σ |x_i Σ_ij x_j|` are rounding and count as zero.
const ROUNDING: f64 = 1e-12;

/// A covariance matrix; its unit is return squared per the period of its source.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariance {
    rows: Vec<Vec<f64>>,
    /// Of a factor model, whose `rows` are those of its factors; its own matrix is never written out.
    factors: Option<Factors>,
}

/// What turns a covariance of k factors into one of n assets.
#[derive(Debug, Clone, PartialEq)]
struct Factors {
    /// n × k.
    exposures: Vec<Vec<f64>>,
    /// n.
    specific: Vec<f64>,
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
        Ok(Self { rows: symmetric, factors: None })
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
        Ok(Self { rows, factors: None })
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
        for row in exposures {
            same_length(row, &factors.rows)?;
            all_finite(row)?;
        }
        let model = Factors { exposures: exposures.to_vec(), specific: specific.to_vec() };
        Ok(Self { factors: Some(model), ..factors })
    }

    /// The same matrix over `periods` times the period: covariances of independent periods add.
    #[must_use]
    pub fn over(&self, periods: f64) -> Self {
        let scaled = |row: &Vec<f64>| row.iter().map(|x| x * periods).collect();
        let factors = self
            .factors
            .as_ref()
            .map(|model| Factors { exposures: model.exposures.clone(), specific: scaled(&model.specific) });
        Self { rows: self.rows.iter().map(scaled).collect(), factors }
    }

    /// Number of assets.
    #[must_use]
    pub fn assets(&self) -> usize {
        self.factors.as_ref().map_or(self.rows.len(), |model| model.specific.len())
    }

    /// `xᵀ Σ x`: the variance of the mixture `x`.
    ///
    /// # Errors
    /// [`Undefined::LengthsDiffer`], or [`Undefined::NegativeVariance`] where the matrix is not
    /// positive semidefinite along `x`.
    pub fn quadratic(&self, x: &[f64]) -> Result<f64, Undefined> {
        let Some(model) = &self.factors else {
            let (form, scale) = self.form(x)?;
            return not_negative(form, scale);
        };
        same_length(x, &model.specific)?;
        all_finite(x)?;
        let mut loads = vec![0.0; self.rows.len()];
        for (row, weight) in model.exposures.iter().zip(x) {
            for (load, exposure) in loads.iter_mut().zip(row) {
                *load += weight * exposure;
            }
        }
        let (common, common_scale) = self.form(&loads)?;
        let specific = || model.specific.iter().zip(x).map(|(variance, x)| variance * x * x);
        let scale = common_scale + specific().map(f64::abs).sum::<f64>();
        not_negative(finite(common + specific().sum::<f64>())?, scale)
    }

    /// `xᵀ Σ x` of the rows, and `Σ |x_i Σ_ij x_j|`.
    fn form(&self, x: &[f64]) -> Result<(f64, f64), Undefined> {
        same_length(x, &self.rows)?;
        all_finite(x)?;
        let (mut form, mut scale) = (0.0, 0.0);
        for (row, from) in self.rows.iter().zip(x) {
            form += from * row.iter().zip(x).map(|(s, to)| s * to).sum::<f64>();
            scale += from.abs() * row.iter().zip(x).map(|(s, to)| (s * to).abs()).sum::<f64>();
        }
        Ok((finite(form)?, scale))
    }
}

/// A variance, in which rounding counts as zero.
fn not_negative(form: f64, scale: f64) -> Result<f64, Undefined> {
    if form >= 0.0 {
        Ok(form)
    } else if form >= -ROUNDING * scale {
        Ok(0.0)
    } else {
        Err(Undefined::NegativeVariance)
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
