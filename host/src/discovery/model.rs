//! What is learned from examples: which skill a text is about.

use std::ops::Range;

use super::{
    calibration::Evidence,
    features::{Sparse, Vocabulary},
    linear::{Input, Linear, softmax},
    postings::Postings,
    whitening::Whitening,
};

/// Weights up to which a model is trained: 128 MiB of them.
const MAX_WEIGHTS: usize = 32 << 20;

/// Skills whose likeness is weighed against each other where no model is
/// trained; what comes after them is noise.
const BEST: usize = 50;

/// How sure a difference in likeness makes: a lead of 0.1 makes one skill twenty
/// times as likely.
const SHARPNESS: f32 = 30.0;

/// One text that stands for a skill.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'r> {
    pub(super) text: &'r str,
    /// Of length 1; empty without an encoder.
    pub(super) meaning: &'r [f32],
    pub(super) class: usize,
    /// Whether somebody says so who wants something; names and descriptions
    /// are other texts.
    pub(super) said: bool,
}

#[derive(Debug)]
enum Judge {
    /// Trained weights.
    Trained(Linear),
    /// Likeness with each class's centre, for more classes than can be trained.
    Likeness {
        /// The length of the sum of each class's examples.
        lengths: Vec<f32>,
    },
}

/// What is learned from examples.
#[derive(Debug)]
pub(super) struct Model {
    vocabulary: Vocabulary,
    judge: Judge,
    postings: Postings,
    class_of: Vec<usize>,
    agent_of: Vec<usize>,
    agents: usize,
    whitening: Whitening,
    /// Each class's mean of the encoder's numbers as they are seen, of length 1.
    centres: Vec<f32>,
    dimensions: usize,
    weight: f32,
}

/// What a model says of a text: everything by agent or class.
pub(super) struct Opinion {
    pub(super) probabilities: Vec<f32>,
    pub(super) classes: Vec<f32>,
    pub(super) cosines: Vec<f32>,
    nearest: Vec<f32>,
    meaning: Vec<f32>,
    known: f32,
}

/// The largest and the second largest.
fn two_best(values: &[f32]) -> (f32, f32) {
    values.iter().fold((0.0, 0.0), |(first, second), value| {
        if *value > first {
            (*value, first)
        } else {
            (first, second.max(*value))
        }
    })
}

impl Opinion {
    /// Whether the text has anything in common with any example.
    pub(super) fn knows_anything(&self) -> bool {
        self.known > 0.0 || !self.meaning.is_empty()
    }

    /// The agents, most likely first; `most` of them.
    pub(super) fn best(&self, most: usize) -> Vec<usize> {
        let mut agents: Vec<usize> = (0..self.probabilities.len())
            .filter(|agent| self.probabilities[*agent] > 0.0)
            .collect();
        let order = |a: &usize, b: &usize| {
            self.probabilities[*b]
                .total_cmp(&self.probabilities[*a])
                .then(a.cmp(b))
        };
        if most == 0 {
            return Vec::new();
        }
        if agents.len() > most {
            agents.select_nth_unstable_by(most - 1, order);
            agents.truncate(most);
        }
        agents.sort_by(order);
        agents
    }

    /// What speaks for these agents.
    pub(super) fn evidence(&self, agents: &[usize]) -> Vec<Evidence> {
        let likely = two_best(&self.probabilities);
        let near = two_best(&self.nearest);
        let meant = two_best(&self.meaning);
        let other =
            |(first, second): (f32, f32), own: f32| if own >= first { second } else { first };
        agents
            .iter()
            .map(|agent| {
                let probability = self.probabilities[*agent].min(1.0);
                let nearest = self.nearest[*agent];
                let meaning = self.meaning.get(*agent).copied().unwrap_or(0.0);
                Evidence {
                    probability,
                    rival: other(likely, self.probabilities[*agent]),
                    nearest,
                    nearest_other: other(near, nearest),
                    meaning,
                    meaning_other: other(meant, meaning),
                    known: self.known,
                }
            })
            .collect()
    }
}

impl Model {
    /// Learns from rows; `agent_of` says to which agent each class belongs, `weight`
    /// how much an encoder's numbers count beside words, which have length 1.
    pub(super) fn learn(rows: &[Row<'_>], agent_of: &[usize], weight: f32) -> Self {
        let vocabulary = Vocabulary::of(rows.iter().map(|row| row.text));
        let sparse = in_halves(rows, |row| vocabulary.weigh(row.text).sparse);
        let classes = agent_of.len();
        let dimensions = rows.first().map_or(0, |row| row.meaning.len());
        let whitening = Whitening::of(rows, classes, weight);
        let seen = in_halves(rows, |row| whitening.see(row.meaning));
        let judge = if Linear::size(vocabulary.len(), dimensions, classes) <= MAX_WEIGHTS {
            let scaled: Vec<Vec<f32>> = seen.iter().map(|seen| scaled(seen, weight)).collect();
            let examples: Vec<(Input<'_>, usize)> = rows
                .iter()
                .zip(sparse.iter().zip(&scaled))
                .map(|(row, (sparse, dense))| (Input { sparse, dense }, row.class))
                .collect();
            Judge::Trained(Linear::train(
                &examples,
                vocabulary.len(),
                dimensions,
                classes,
            ))
        } else {
            Judge::Likeness {
                lengths: lengths(rows, &sparse, classes, vocabulary.len()),
            }
        };
        Self {
            judge,
            postings: Postings::of(&sparse, vocabulary.len()),
            class_of: rows.iter().map(|row| row.class).collect(),
            agent_of: agent_of.to_vec(),
            agents: agent_of.iter().max().map_or(0, |most| most + 1),
            centres: centres(rows, &seen, classes, dimensions),
            whitening,
            dimensions,
            weight,
            vocabulary,
        }
    }

    /// Whether it has weights that were trained.
    pub(super) fn is_trained(&self) -> bool {
        matches!(self.judge, Judge::Trained(_))
    }

    /// What it says of a text, whose numbers an encoder made if the rows have some.
    pub(super) fn judge(&self, text: &str, meaning: &[f32]) -> Opinion {
        self.judge_without(text, meaning, 0..0)
    }

    /// The same as if these rows were not there, as far as that can be had
    /// without learning again: weights that were trained stay.
    pub(super) fn judge_without(
        &self,
        text: &str,
        meaning: &[f32],
        without: Range<usize>,
    ) -> Opinion {
        let mut weighed = self.vocabulary.weigh(text);
        let mut cosines = self.postings.cosines(&weighed.sparse);
        if !without.is_empty() {
            cosines[without.clone()].fill(0.0);
            weighed.known *= self.postings.elsewhere(&weighed.sparse, &without);
        }
        let meaning = &self.whitening.see(meaning);
        let classes = match &self.judge {
            Judge::Trained(linear) => linear.probabilities(Input {
                sparse: &weighed.sparse,
                dense: &scaled(meaning, self.weight),
            }),
            Judge::Likeness { lengths } => {
                let mut sums = vec![0.0; lengths.len()];
                for (cosine, class) in cosines.iter().zip(&self.class_of) {
                    sums[*class] += cosine;
                }
                for (sum, length) in sums.iter_mut().zip(lengths) {
                    *sum /= length.max(1e-6);
                }
                for (sum, like) in sums.iter_mut().zip(self.likeness(meaning)) {
                    *sum += like;
                }
                likely(sums)
            }
        };
        let mut probabilities = vec![0.0; self.agents];
        for (probability, agent) in classes.iter().zip(&self.agent_of) {
            probabilities[*agent] += probability;
        }
        let mut nearest = vec![0.0f32; self.agents];
        for (cosine, class) in cosines.iter().zip(&self.class_of) {
            let own = &mut nearest[self.agent_of[*class]];
            *own = own.max(*cosine);
        }
        let mut meant = Vec::new();
        if self.dimensions > 0 {
            meant = vec![0.0f32; self.agents];
            for (like, agent) in self.likeness(meaning).zip(&self.agent_of) {
                meant[*agent] = meant[*agent].max(like);
            }
        }
        Opinion {
            probabilities,
            classes,
            cosines,
            nearest,
            meaning: meant,
            known: weighed.known,
        }
    }

    /// The cosine of the encoder's numbers with each class's centre.
    fn likeness<'l>(&'l self, meaning: &'l [f32]) -> impl Iterator<Item = f32> + 'l {
        self.centres
            .chunks_exact(self.dimensions.max(1))
            .map(move |centre| centre.iter().zip(meaning).map(|(a, b)| a * b).sum())
    }
}

/// Two threads, since a second core is all but certain and more are not.
fn in_halves<T: Sync, R: Send>(items: &[T], make: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let (first, second) = items.split_at(items.len() / 2);
    std::thread::scope(|scope| {
        let second = scope.spawn(|| second.iter().map(&make).collect::<Vec<R>>());
        let mut all: Vec<R> = first.iter().map(&make).collect();
        // A panic there is one here.
        match second.join() {
            Ok(second) => all.extend(second),
            Err(panic) => std::panic::resume_unwind(panic),
        }
        all
    })
}

fn scaled(meaning: &[f32], weight: f32) -> Vec<f32> {
    meaning.iter().map(|x| x * weight).collect()
}

/// Probabilities of the best few; the others have none.
fn likely(sums: Vec<f32>) -> Vec<f32> {
    let mut best: Vec<usize> = (0..sums.len()).filter(|at| sums[*at] > 0.0).collect();
    if best.len() > BEST {
        best.select_nth_unstable_by(BEST - 1, |a, b| sums[*b].total_cmp(&sums[*a]));
        best.truncate(BEST);
    }
    let mut chances: Vec<f32> = best.iter().map(|at| sums[*at] * SHARPNESS).collect();
    softmax(&mut chances);
    let mut all = vec![0.0; sums.len()];
    for (at, chance) in best.into_iter().zip(chances) {
        all[at] = chance;
    }
    all
}

/// The length of the sum of each class's examples.
fn lengths(rows: &[Row<'_>], sparse: &[Sparse], classes: usize, features: usize) -> Vec<f32> {
    let mut members = vec![Vec::new(); classes];
    for (at, row) in rows.iter().enumerate() {
        members[row.class].push(at);
    }
    let mut sum = vec![0.0f32; features];
    let length = |members: Vec<usize>| {
        let mut squares = 0.0;
        for (feature, weight) in members.iter().flat_map(|at| &sparse[*at]) {
            let own = &mut sum[*feature as usize];
            squares += weight * (2.0 * *own + weight);
            *own += weight;
        }
        for (feature, _) in members.iter().flat_map(|at| &sparse[*at]) {
            sum[*feature as usize] = 0.0;
        }
        squares.sqrt()
    };
    members.into_iter().map(length).collect()
}

fn centres(rows: &[Row<'_>], seen: &[Vec<f32>], classes: usize, dimensions: usize) -> Vec<f32> {
    let mut centres = vec![0.0; classes * dimensions];
    for (row, seen) in rows.iter().zip(seen) {
        let centre = &mut centres[row.class * dimensions..][..dimensions];
        for (sum, value) in centre.iter_mut().zip(seen) {
            *sum += value;
        }
    }
    for centre in centres.chunks_exact_mut(dimensions.max(1)) {
        unit(centre);
    }
    centres
}

/// Gives numbers the length 1; nothing stays nothing.
pub(super) fn unit(numbers: &mut [f32]) {
    let length = numbers.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length.is_finite() && length > 0.0 {
        for number in numbers {
            *number /= length;
        }
    } else {
        numbers.fill(0.0);
    }
}
