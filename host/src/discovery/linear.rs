//! Multinomial logistic regression, trained when it is needed.

use super::features::Sparse;

/// How far an example moves the weights at first; it falls to nothing in the
/// course of training. Texts have length 1, so that five moves the sum for a
/// text by five: far enough that a few rounds do. Three measured the same, ten
/// worse with an encoder.
const STEP: f32 = 5.0;

/// How much the weights shrink with each example. Less overfits ten examples,
/// more makes them alike.
const SHRINK: f32 = 3e-5;

/// The same with an encoder, whose numbers every text has all of: they overfit
/// sooner than words.
const SHRINK_DENSE: f32 = 1e-4;

/// Examples seen in training, repetitions counted. Ten rounds of 1,650 have
/// converged; large sets need fewer rounds.
const SEEN: usize = 16_000;

/// Rounds at most and at least.
const ROUNDS: std::ops::RangeInclusive<usize> = 3..=15;

/// By how much the right class must lead before an example is left in peace.
const LEAD: f32 = 1.0;

/// Classes are padded to a multiple of this, so that sums run in whole vectors.
const LANES: usize = 8;

/// What is known of a text: features, and numbers from an encoder if there is one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Input<'i> {
    pub(super) sparse: &'i Sparse,
    pub(super) dense: &'i [f32],
}

/// A weight for each feature and class.
#[derive(Debug)]
pub(super) struct Linear {
    classes: usize,
    width: usize,
    /// A row for each number from the encoder, then one for each feature.
    weights: Vec<f32>,
    dense: usize,
    bias: Vec<f32>,
}

/// Numbers that look random and are the same each time, so that the same
/// examples give the same scores.
pub(super) struct Shuffle(u64);

impl Shuffle {
    pub(super) fn new() -> Self {
        Self(0x9E37_79B9_7F4A_7C15)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }

    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

impl Linear {
    /// The weights that training would need.
    pub(super) fn size(features: usize, dense: usize, classes: usize) -> usize {
        (features + dense).saturating_mul(classes.next_multiple_of(LANES))
    }

    /// Learns which class each example belongs to.
    pub(super) fn train(
        examples: &[(Input<'_>, usize)],
        features: usize,
        dense: usize,
        classes: usize,
    ) -> Self {
        let width = classes.next_multiple_of(LANES);
        let mut model = Self {
            classes,
            width,
            weights: vec![0.0; Self::size(features, dense, classes)],
            dense,
            bias: vec![0.0; width],
        };
        let rounds = SEEN
            .div_ceil(examples.len().max(1))
            .clamp(*ROUNDS.start(), *ROUNDS.end());
        let steps = (rounds * examples.len()) as f32;
        let mut order: Vec<usize> = (0..examples.len()).collect();
        let mut random = Shuffle::new();
        let mut sums = vec![0.0; width];
        // Shrinking all weights is one multiplication of what they are read with.
        let mut scale = 1.0f32;
        let mut seen = 0.0;
        let shrink = if dense > 0 { SHRINK_DENSE } else { SHRINK };
        for _ in 0..rounds {
            random.shuffle(&mut order);
            for (input, class) in order.iter().map(|at| examples[*at]) {
                // A text with an encoder's numbers is longer than 1.
                let length = 1.0 + input.dense.iter().map(|x| x * x).sum::<f32>();
                let step = STEP / length * (1.0 - seen / steps).max(0.02);
                seen += 1.0;
                model.add_up(input, scale, &mut sums);
                sums[class] -= LEAD;
                softmax(&mut sums[..classes]);
                sums[class] -= 1.0;
                scale *= 1.0 - step * shrink;
                model.move_by(input, &sums, -step / scale);
                // Classes are about as frequent as each other.
                for (bias, error) in model.bias.iter_mut().zip(&sums) {
                    *bias -= step * 0.05 * error;
                }
            }
        }
        for weight in &mut model.weights {
            *weight *= scale;
        }
        model
    }

    fn row(&self, row: usize) -> &[f32] {
        &self.weights[row * self.width..][..self.width]
    }

    fn add_up(&self, input: Input<'_>, scale: f32, sums: &mut [f32]) {
        sums.fill(0.0);
        for (row, value) in input.dense.iter().enumerate() {
            add(sums, self.row(row), *value);
        }
        for (feature, value) in input.sparse {
            add(sums, self.row(self.dense + *feature as usize), *value);
        }
        for (sum, bias) in sums.iter_mut().zip(&self.bias) {
            *sum = *sum * scale + bias;
        }
    }

    fn move_by(&mut self, input: Input<'_>, errors: &[f32], by: f32) {
        let dense = input.dense.iter().copied().enumerate();
        let sparse = input
            .sparse
            .iter()
            .map(|(feature, value)| (self.dense + *feature as usize, *value));
        for (row, value) in dense.chain(sparse) {
            add(
                &mut self.weights[row * self.width..][..self.width],
                errors,
                by * value,
            );
        }
    }

    /// How likely each class is.
    pub(super) fn probabilities(&self, input: Input<'_>) -> Vec<f32> {
        let mut sums = vec![0.0; self.width];
        self.add_up(input, 1.0, &mut sums);
        sums.truncate(self.classes);
        softmax(&mut sums);
        sums
    }
}

fn add(sums: &mut [f32], row: &[f32], times: f32) {
    for (sum, weight) in sums.iter_mut().zip(row) {
        *sum += times * weight;
    }
}

/// Sums made to probabilities, which add up to 1.
pub(super) fn softmax(sums: &mut [f32]) {
    let most = sums.iter().copied().fold(f32::MIN, f32::max);
    let mut total = 0.0;
    for sum in sums.iter_mut() {
        *sum = (*sum - most).exp();
        total += *sum;
    }
    for sum in sums.iter_mut() {
        *sum /= total;
    }
}
