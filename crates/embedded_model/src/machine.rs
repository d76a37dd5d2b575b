//! What the processor can do at once.
//!
//! In: a [`Task`]. Out: the same result on every machine: eight sums side by side, each product added to its sum with one rounding. On
//! x86 of 2013 and later that is one instruction, found out at run time; on ARM the compiler makes it of two. Older processors
//! compute the same, far more slowly.

use pulp::Arch;

/// Sums that are kept side by side.
pub(crate) const LANES: usize = 8;

/// Eight numbers and what is done with them.
pub(crate) trait Lanes: Copy {
    /// Eight numbers where the processor keeps them.
    type Eight: Copy;

    #[inline(always)]
    fn zero(self) -> Self::Eight {
        self.all(0.0)
    }

    /// Eight times the same number.
    fn all(self, number: f32) -> Self::Eight;
    /// Numbers by eights, and those that are left.
    fn eights(self, numbers: &[f32]) -> (&[Self::Eight], &[f32]);
    fn store(self, eight: Self::Eight) -> [f32; LANES];
    /// `a` times `b` plus `sums`, lane by lane, rounded once.
    fn multiply_add(self, a: Self::Eight, b: Self::Eight, sums: Self::Eight) -> Self::Eight;

    /// The lanes together, by halves.
    #[inline(always)]
    fn total(self, sums: Self::Eight) -> f32 {
        let [a, b, c, d, e, f, g, h] = self.store(sums);
        ((a + e) + (c + g)) + ((b + f) + (d + h))
    }
}

/// Something that is computed with lanes.
pub(crate) trait Task {
    fn run<L: Lanes>(self, lanes: L);
}

/// Runs a task with what the processor has.
pub(crate) fn run(arch: Arch, task: impl Task) {
    match arch {
        #[cfg(target_arch = "x86_64")]
        Arch::V3(simd) => pulp::Simd::vectorize(simd, wide::With(simd, task)),
        _ => task.run(Plain),
    }
}

/// Lanes without any instruction of their own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plain;

impl Lanes for Plain {
    type Eight = [f32; LANES];

    #[inline(always)]
    fn all(self, number: f32) -> [f32; LANES] {
        [number; LANES]
    }

    #[inline(always)]
    fn eights(self, numbers: &[f32]) -> (&[[f32; LANES]], &[f32]) {
        numbers.as_chunks()
    }

    #[inline(always)]
    fn store(self, eight: [f32; LANES]) -> [f32; LANES] {
        eight
    }

    #[inline(always)]
    fn multiply_add(self, a: [f32; LANES], b: [f32; LANES], sums: [f32; LANES]) -> [f32; LANES] {
        std::array::from_fn(|lane| a[lane].mul_add(b[lane], sums[lane]))
    }
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use pulp::x86::V3;
    use pulp::{NullaryFnOnce, f32x8};

    use super::{LANES, Lanes, Task};

    impl Lanes for V3 {
        type Eight = f32x8;

        #[inline(always)]
        fn all(self, number: f32) -> f32x8 {
            self.splat_f32x8(number)
        }

        #[inline(always)]
        fn eights(self, numbers: &[f32]) -> (&[f32x8], &[f32]) {
            <V3 as pulp::Simd>::as_simd_f32s(numbers)
        }

        #[inline(always)]
        fn store(self, eight: f32x8) -> [f32; LANES] {
            pulp::cast(eight)
        }

        #[inline(always)]
        fn multiply_add(self, a: f32x8, b: f32x8, sums: f32x8) -> f32x8 {
            self.mul_add_f32x8(a, b, sums)
        }
    }

    /// A task for these registers.
    pub(super) struct With<T>(pub(super) V3, pub(super) T);

    impl<T: Task> NullaryFnOnce for With<T> {
        type Output = ();

        #[inline(always)]
        fn call(self) {
            self.1.run(self.0);
        }
    }
}
