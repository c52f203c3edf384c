//! An encoder's numbers, seen with the eyes of the examples: what differs among
//! texts for the same skill says little about which skill a text is for.

use super::model::{Row, unit};

/// So many examples for each of the numbers weigh as much as the assumption that
/// nothing is known of them, times the square of what the encoder counts beside
/// words: the numbers of whole sentences, which count twice, have less to mend.
/// Found on the validation texts of two public sets of intents, for the static
/// table also on other choices of five and ten of their training texts.
const DOUBT: f32 = 4.0;

/// Makes numbers in which texts for the same skill differ in every direction as
/// much as in any other (the covariance within classes, shrunk).
#[derive(Debug, Default)]
pub(super) struct Whitening {
    /// What all texts have in common.
    common: Vec<f32>,
    /// The inverse of the covariance's Cholesky factor, column by column.
    columns: Vec<f32>,
}

impl Whitening {
    /// Learns from the numbers of rows, of which each has as many; `weight` is how
    /// much they count beside words.
    pub(super) fn of(rows: &[Row<'_>], classes: usize, weight: f32) -> Self {
        let size = rows.first().map_or(0, |row| row.meaning.len());
        let mut centres = vec![0.0f32; classes * size];
        let mut counts = vec![0.0f32; classes];
        let mut common = vec![0.0f32; size];
        for row in rows {
            add(&mut centres[row.class * size..][..size], row.meaning, 1.0);
            add(&mut common, row.meaning, 1.0 / rows.len() as f32);
            counts[row.class] += 1.0;
        }
        // A class's only text tells nothing of how its texts differ.
        let told: f32 = counts.iter().map(|count| (count - 1.0).max(0.0)).sum();
        let doubt = DOUBT * weight * weight * size as f32;
        let trust = told / (told + doubt);
        let mut covariance = vec![0.0f32; size * size];
        let mut off = vec![0.0; size];
        for row in rows.iter().filter(|row| counts[row.class] > 1.0) {
            off.copy_from_slice(row.meaning);
            let centre = &centres[row.class * size..][..size];
            add(&mut off, centre, -1.0 / counts[row.class]);
            for (at, x) in off.iter().enumerate() {
                // Nothing above the diagonal is read.
                add(&mut covariance[at * size..][..=at], &off[..=at], *x);
            }
        }
        let spread = (0..size).map(|at| covariance[at * size + at]).sum::<f32>() / size as f32;
        if !(spread > 0.0 && spread.is_finite()) {
            return Self::default();
        }
        for (at, row) in covariance.chunks_exact_mut(size).enumerate() {
            row.iter_mut().for_each(|x| *x *= trust / spread);
            row[at] += 1.0 - trust;
        }
        // Few texts have little in common that others would not have as well.
        common.iter_mut().for_each(|x| *x *= trust);
        factor(&mut covariance, size);
        Self {
            common,
            columns: inverse(&covariance, size),
        }
    }

    /// Numbers of length 1 as they are seen; nothing stays nothing.
    pub(super) fn see(&self, meaning: &[f32]) -> Vec<f32> {
        let size = self.common.len();
        let mut own = meaning.to_vec();
        if size == 0 || own.iter().all(|x| *x == 0.0) {
            return own;
        }
        add(&mut own, &self.common, -1.0);
        let mut seen = vec![0.0; size];
        let columns = self.columns.chunks_exact(size).enumerate();
        for ((at, column), x) in columns.zip(own) {
            add(&mut seen[at..], &column[at..], x);
        }
        unit(&mut seen);
        seen
    }
}

fn add(sums: &mut [f32], values: &[f32], times: f32) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += times * value;
    }
}

/// Cholesky's factor of a symmetric matrix of which the lower half is read, in
/// its place. It is positive definite, since the doubt stands on its diagonal.
fn factor(matrix: &mut [f32], size: usize) {
    for at in 0..size {
        let (above, rest) = matrix.split_at_mut(at * size);
        let row = &mut rest[..size];
        for other in 0..at {
            let done = &above[other * size..][..=other];
            let sum: f32 = done.iter().zip(&row[..other]).map(|(a, b)| a * b).sum();
            row[other] = (row[other] - sum) / done[other];
        }
        let sum: f32 = row[..at].iter().map(|x| x * x).sum();
        // Rounding must not take the last of it.
        row[at] = (row[at] - sum).max(1e-6).sqrt();
    }
}

/// The inverse of a lower triangle, column by column.
fn inverse(lower: &[f32], size: usize) -> Vec<f32> {
    let mut columns = vec![0.0f32; size * size];
    for (at, column) in columns.chunks_exact_mut(size).enumerate() {
        for row in at..size {
            let line = &lower[row * size..][..=row];
            let known: f32 = line[at..row]
                .iter()
                .zip(&column[at..row])
                .map(|(a, b)| a * b)
                .sum();
            let one = f32::from(u8::from(row == at));
            column[row] = (one - known) / line[row];
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts of two skills, told apart by the second number; the first differs
    /// among texts of the same skill.
    fn texts(count: usize) -> Vec<([f32; 2], usize)> {
        let text = |at: usize| {
            let class = at % 2;
            let along = (at / 2) as f32 / count as f32 - 0.25;
            let mut meaning = [along * 4.0, class as f32 * 0.5 + 0.01 * (at % 3) as f32];
            unit(&mut meaning);
            (meaning, class)
        };
        (0..count).map(text).collect()
    }

    fn whitening(texts: &[([f32; 2], usize)]) -> Whitening {
        let rows = texts.iter().map(|(meaning, class)| Row {
            text: "",
            meaning,
            class: *class,
            said: true,
        });
        Whitening::of(&rows.collect::<Vec<_>>(), 2, 1.0)
    }

    fn cosine(whitening: &Whitening, mut one: [f32; 2], mut other: [f32; 2]) -> f32 {
        for numbers in [&mut one, &mut other] {
            unit(numbers);
            let seen = whitening.see(numbers);
            numbers.copy_from_slice(&seen);
        }
        one[0] * other[0] + one[1] * other[1]
    }

    #[test]
    fn what_differs_within_a_skill_counts_less_than_what_tells_skills_apart() {
        let whitening = whitening(&texts(200));
        let within = cosine(&whitening, [0.3, 0.8], [-0.3, 0.8]);
        let between = cosine(&whitening, [0.3, 0.8], [0.3, 0.1]);
        assert!(within > 0.5 && within > between + 0.5, "{within} {between}");
    }

    #[test]
    fn few_texts_change_little_and_single_ones_nothing() {
        let few = cosine(&whitening(&texts(4)), [1.0, 0.0], [0.0, 1.0]);
        assert!(few.abs() < 0.4, "{few}");
        for count in [0, 1, 2] {
            let seen = whitening(&texts(count)).see(&[0.6, 0.8]);
            assert_eq!(seen, [0.6, 0.8], "{count}");
        }
    }

    #[test]
    fn a_text_without_numbers_stays_without() {
        assert_eq!(whitening(&texts(50)).see(&[0.0, 0.0]), [0.0, 0.0]);
    }
}
