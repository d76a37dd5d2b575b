//! Which plans are worth choosing among.
//!
//! In: plans with their figures, the best one first. Out: those that no other dominates in tax, drift, ESG and orders and
//! that are not nearly the same as one before them; of too many, those that lie farthest apart. Invariant: the best
//! plan stays, and so does doing nothing, which has the fewest orders of all.
//!
//! How far plans are apart is weighed in binary floats; no amount that is shown comes from one.

use portfolio::money::float;

use super::Candidate;

/// What is left, and what was left out.
pub(crate) struct Kept {
    pub(crate) plans: Vec<Candidate>,
    pub(crate) dominated: usize,
    pub(crate) alike: usize,
}

/// A plan as a point; less is better in each.
#[derive(Debug, Clone, Copy)]
struct Point {
    /// T as a part of V.
    tax: f64,
    /// √D, in weights.
    drift: f64,
    /// 1 − E.
    esg: f64,
    orders: f64,
}

/// What makes no difference to a person: half a basis point of V in tax, 0.05 % of weight, a five-hundredth of the ESG
/// scale, no order.
const ALIKE: [f64; 4] = [5e-5, 5e-4, 2e-3, 0.5];

/// A plan may be dominated although it is better by this part of what makes no difference.
const SLACK: f64 = 0.25;

impl Point {
    fn of(plan: &Candidate) -> Point {
        let (figures, value) = (&plan.figures, float(plan.report.terms.value_usd));
        Point {
            tax: float(figures.tax_usd) / value.max(1.0),
            drift: float(figures.drift).max(0.0).sqrt(),
            esg: 1.0 - float(figures.esg),
            orders: figures.orders as f64,
        }
    }

    fn axes(self) -> [f64; 4] {
        [self.tax, self.drift, self.esg, self.orders]
    }

    /// Worse in nothing, and better in something.
    fn dominates(self, other: Point) -> bool {
        // By differences, as `is_like` has them, so that rounding leaves nothing between the two.
        let pairs = || self.axes().into_iter().zip(other.axes()).map(|(a, b)| a - b).zip(ALIKE);
        pairs().all(|(by, alike)| by <= SLACK * alike) && pairs().any(|(by, alike)| by < -alike)
    }

    fn is_like(self, other: Point) -> bool {
        self.axes().into_iter().zip(other.axes()).zip(ALIKE).all(|((a, b), alike)| (a - b).abs() <= alike)
    }
}

/// The plans worth choosing among, at most `most`.
pub(crate) fn kept(pool: Vec<Candidate>, most: usize) -> Kept {
    let points: Vec<Point> = pool.iter().map(Point::of).collect();
    let Front { stays, dominated, alike } = front(&points);
    let mut shown = if stays.len() > most { spread(&pool, &points, &stays, most) } else { stays };
    // The best first, then nothing, then by what they cost against the best; as they were found where that is equal.
    shown.sort_by_key(|n| (*n > 0, !pool[*n].solution.rows.is_empty(), pool[*n].figures.objective, *n));
    let mut pool: Vec<Option<Candidate>> = pool.into_iter().map(Some).collect();
    let plans = shown.into_iter().filter_map(|n| pool[n].take()).collect();
    Kept { plans, dominated, alike }
}

/// How many plans of a pool are worth choosing among.
pub(crate) fn count(pool: &[Candidate]) -> usize {
    front(&pool.iter().map(Point::of).collect::<Vec<_>>()).stays.len()
}

/// The frontier of some points.
struct Front {
    /// Places of those that stay, rising.
    stays: Vec<usize>,
    dominated: usize,
    alike: usize,
}

fn front(points: &[Point]) -> Front {
    let mut front = Front { stays: Vec::new(), dominated: 0, alike: 0 };
    for (n, point) in points.iter().enumerate() {
        if n > 0 && points.iter().any(|other| other.dominates(*point)) {
            front.dominated += 1;
        } else if front.stays.iter().any(|m| points[*m].is_like(*point)) {
            front.alike += 1;
        } else {
            front.stays.push(n);
        }
    }
    front
}

/// The best plan, doing nothing and the ends of each axis; then whatever lies farthest from all that are taken.
fn spread(pool: &[Candidate], points: &[Point], from: &[usize], most: usize) -> Vec<usize> {
    let scale = scale(from.iter().map(|n| points[*n]));
    let mut taken: Vec<usize> =
        from.iter().copied().filter(|n| *n == 0 || pool[*n].solution.rows.is_empty()).collect();
    for axis in 0..4 {
        let trading = from.iter().filter(|n| !pool[**n].solution.rows.is_empty());
        let end = trading.min_by(|a, b| points[**a].axes()[axis].total_cmp(&points[**b].axes()[axis]));
        taken.extend(end.filter(|n| !taken.contains(n)));
    }
    while taken.len() < most {
        let left = from.iter().filter(|n| !taken.contains(n));
        let nearest = |n: &usize| {
            taken.iter().map(|t| distance(points[*n], points[*t], scale)).fold(f64::INFINITY, f64::min)
        };
        // The first of equals: `max_by` would take the last.
        let Some(next) = left.rev().max_by(|a, b| nearest(a).total_cmp(&nearest(b))) else { break };
        taken.push(*next);
    }
    taken.truncate(most.max(1));
    taken
}

/// How far two plans of the pool are apart, 0 to 4; 0 where they are nearly the same.
pub(crate) fn apart(pool: &[Candidate], a: usize, b: usize) -> f64 {
    let (one, other) = (Point::of(&pool[a]), Point::of(&pool[b]));
    if one.is_like(other) { 0.0 } else { distance(one, other, scale(pool.iter().map(Point::of))) }
}

/// The range of each axis.
fn scale(points: impl Iterator<Item = Point>) -> [f64; 4] {
    let (mut low, mut high) = ([f64::INFINITY; 4], [f64::NEG_INFINITY; 4]);
    for point in points {
        for (axis, value) in point.axes().into_iter().enumerate() {
            low[axis] = low[axis].min(value);
            high[axis] = high[axis].max(value);
        }
    }
    std::array::from_fn(|axis| (high[axis] - low[axis]).max(ALIKE[axis]))
}

fn distance(a: Point, b: Point, scale: [f64; 4]) -> f64 {
    a.axes().into_iter().zip(b.axes()).zip(scale).map(|((a, b), scale)| (a - b).abs() / scale).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn point(tax: f64, drift: f64, esg: f64, orders: f64) -> Point {
        Point { tax, drift, esg: 1.0 - esg, orders }
    }

    #[test]
    fn what_another_beats_goes_and_what_is_nearly_the_same_goes() {
        let points = [
            point(0.010, 0.01, 0.5, 5.0),
            point(0.012, 0.02, 0.5, 5.0),       // beaten by the first
            point(0.010_01, 0.010_1, 0.5, 5.0), // nearly the first
            point(0.012, 0.02, 0.6, 5.0),       // greener
            point(0.010, 0.01, 0.5, 6.0),       // an order more for nothing
            point(0.020, 0.05, 0.5, 0.0),       // no order
        ];
        let found = front(&points);
        assert_eq!((found.stays, found.dominated, found.alike), (vec![0, 3, 5], 2, 1));
    }

    /// Apart by what makes no difference to the last digit: either beaten or nearly the same.
    #[test]
    fn rounding_leaves_nothing_between_beaten_and_alike() {
        let found = front(&[point(4e-5, 6e-4, 0.034, 3.0), point(4e-5, 6e-4, 0.032, 3.0)]);
        assert_eq!(found.stays, [0]);
    }

    #[test]
    fn the_best_plan_stays_whatever_beats_it() {
        let found = front(&[point(0.01, 0.02, 0.5, 5.0), point(0.0, 0.01, 0.6, 4.0)]);
        assert_eq!(found.stays, [0, 1]);
    }

    /// `a` is at least as good in everything and better in something, to the last digit.
    fn beats(a: Point, b: Point) -> bool {
        let pairs = || a.axes().into_iter().zip(b.axes());
        pairs().all(|(a, b)| a <= b) && pairs().any(|(a, b)| a < b)
    }

    proptest! {
        #[test]
        fn nothing_that_stays_is_beaten(
            raw in prop::collection::vec((0_i32..40, 0_i32..40, 0_i32..40, 0_u8..6), 1..40)
        ) {
            let points: Vec<Point> = raw.iter().map(|(tax, drift, esg, orders)| {
                let (tax, drift, esg) = (f64::from(*tax) * 2e-5, f64::from(*drift) * 2e-4, f64::from(*esg) * 1e-3);
                point(tax, drift, esg, f64::from(*orders))
            }).collect();
            let found = front(&points);
            prop_assert_eq!(found.stays.len() + found.dominated + found.alike, points.len());
            for n in found.stays.iter().filter(|n| **n > 0) {
                prop_assert!(!found.stays.iter().any(|m| beats(points[*m], points[*n])));
            }
        }
    }
}
