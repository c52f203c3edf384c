//! What a score means: fitted so that of the answers scored 0.7, about 70% are right.

/// What speaks for and against the agent that an index would name.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Evidence {
    /// How likely its skills are, added up.
    pub(super) probability: f32,
    /// The same of the best of all others.
    pub(super) rival: f32,
    /// The cosine with its nearest example.
    pub(super) nearest: f32,
    /// The same of all others.
    pub(super) nearest_other: f32,
    /// The cosine of the encoder's numbers with its nearest skill's centre.
    pub(super) meaning: f32,
    /// The same of all others.
    pub(super) meaning_other: f32,
    /// Which part of the text's features was ever seen.
    pub(super) known: f32,
}

/// Numbers that evidence is made of.
const TERMS: usize = 8;

/// Beyond this many logits a probability is as good as certain.
const CERTAIN: f32 = 6.0;

type Terms = [f64; TERMS];

impl Evidence {
    fn terms(&self) -> Terms {
        let logit = |p: f32| (p / (1.0 - p)).ln().clamp(-CERTAIN, CERTAIN);
        [
            1.0,
            logit(self.probability.clamp(1e-6, 1.0 - 1e-6)),
            self.probability - self.rival,
            self.nearest,
            self.nearest - self.nearest_other,
            self.known,
            self.meaning,
            self.meaning - self.meaning_other,
        ]
        .map(f64::from)
    }
}

/// Evidence about a text that was kept from the index, and whether the agent
/// was the right one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trial {
    pub(super) evidence: Evidence,
    pub(super) right: bool,
    pub(super) weight: f64,
}

/// Where fitting starts, and stays as long as there is little to fit to: about what
/// is fitted on examples and validation texts of two public sets of intents.
/// First without an encoder, then with one; a static table and a sentence encoder
/// are alike here, since whitened numbers are about as far from each other
/// whatever made them.
const PRIOR: [Terms; 2] = [
    [-3.2, 0.7, 1.2, 1.3, 1.8, 3.5, 0.0, 0.0],
    [-3.0, 0.2, 3.5, 0.5, 1.5, 1.5, 2.5, 4.5],
];

/// How many trials weigh as much as the prior, roughly. With three agents of six
/// examples there are about as many trials, too few to go by alone.
const PRIOR_WEIGHT: f64 = 10.0;

/// Newton's method has converged long before.
const ROUNDS: usize = 15;

/// Makes scores of evidence.
#[derive(Clone, Debug)]
pub(super) struct Calibration {
    pub(super) weights: Terms,
}

impl Calibration {
    /// Fits a logistic model to trials, from a prior.
    pub(super) fn fit(trials: &[Trial], encoder: bool) -> Self {
        let prior = PRIOR[usize::from(encoder)];
        let mut weights = prior;
        for _ in 0..ROUNDS {
            let mut slope = [0.0; TERMS];
            let mut curve = [[0.0; TERMS]; TERMS];
            for (i, (weight, prior)) in weights.iter().zip(&prior).enumerate() {
                slope[i] = PRIOR_WEIGHT * (prior - weight);
                curve[i][i] = PRIOR_WEIGHT;
            }
            for trial in trials {
                let terms = trial.evidence.terms();
                let score = logistic(&weights, &terms);
                let error = trial.weight * (f64::from(u8::from(trial.right)) - score);
                let spread = trial.weight * score * (1.0 - score);
                for i in 0..TERMS {
                    slope[i] += error * terms[i];
                    for j in 0..TERMS {
                        curve[i][j] += spread * terms[i] * terms[j];
                    }
                }
            }
            let step = solve(curve, slope);
            for (at, (weight, step)) in weights.iter_mut().zip(step).enumerate() {
                // A far step from a flat place would leave the range of numbers.
                *weight += step.clamp(-3.0, 3.0);
                // Whatever speaks for an agent cannot speak against it, though a
                // handful of trials may look like that; the first term is the
                // constant one.
                if at > 0 {
                    *weight = weight.max(0.0);
                }
            }
        }
        Self { weights }
    }

    /// How likely it is that the agent is the right one.
    pub(super) fn score(&self, evidence: &Evidence) -> f64 {
        logistic(&self.weights, &evidence.terms())
    }
}

fn logistic(weights: &Terms, terms: &Terms) -> f64 {
    let sum: f64 = weights.iter().zip(terms).map(|(w, x)| w * x).sum();
    1.0 / (1.0 + (-sum).exp())
}

/// Solves `matrix · x = right`; the matrix is positive definite, since the prior
/// stands on its diagonal.
fn solve(mut matrix: [[f64; TERMS]; TERMS], mut right: Terms) -> Terms {
    for column in 0..TERMS {
        let pivot = matrix[column];
        for row in column + 1..TERMS {
            let factor = matrix[row][column] / pivot[column];
            for (value, above) in matrix[row].iter_mut().zip(pivot) {
                *value -= factor * above;
            }
            right[row] -= factor * right[column];
        }
    }
    let mut solution = [0.0; TERMS];
    for row in (0..TERMS).rev() {
        let rest: f64 = (row + 1..TERMS).map(|c| matrix[row][c] * solution[c]).sum();
        solution[row] = (right[row] - rest) / matrix[row][row];
    }
    solution
}
