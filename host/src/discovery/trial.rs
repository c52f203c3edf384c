//! Trials for the calibration without further data: examples and whole agents
//! are kept back, and the rest is asked about them.

use super::{
    calibration::Trial,
    linear::Shuffle,
    model::{Model, Opinion, Row},
};

/// Parts into which examples are divided. Of ten examples a skill keeps nine, and
/// is nearly as good as with all.
const PARTS: usize = 10;

/// Parts that are kept back in turn; more of them would take longer and say the
/// same.
const ASKED: usize = 4;

/// One agent of so many is kept back whole with each part.
const AGENTS: usize = 12;

/// How often it is asked what nobody offers, of all questions, as far as scores
/// are concerned. Mostly a score is about what somebody offers: with one in twenty,
/// four in five that scored 0.7 were right, and of what nobody offers 0.7 kept
/// out only one to five in a hundred more.
const FOREIGN: f64 = 0.01;

/// Trials at most; a logistic model of few terms gains nothing from more.
const ENOUGH: usize = 1_500;

/// Trials among very many agents, where each takes milliseconds.
const FEW: usize = 400;

/// A skill with fewer texts can spare none.
const SPARE: usize = 3;

/// Asks about texts that were kept back.
pub(super) fn trials(rows: &[Row<'_>], agent_of: &[usize], weight: f32) -> Vec<Trial> {
    let agents = agent_of.iter().max().map_or(0, |most| most + 1);
    // Of one or two agents none can be spared, but a skill can.
    let group = |row: &Row<'_>| {
        if agents > 2 {
            agent_of[row.class]
        } else {
            row.class
        }
    };
    let groups = if agents > 2 { agents } else { agent_of.len() };
    let mut texts = vec![0usize; agent_of.len()];
    for row in rows {
        texts[row.class] += 1;
    }
    let mut order: Vec<usize> = (0..groups).collect();
    let mut random = Shuffle::new();
    random.shuffle(&mut order);
    let kept_back = if groups > 2 {
        groups.div_ceil(AGENTS)
    } else {
        0
    };
    let mut asked: Vec<usize> = (0..rows.len()).collect();
    random.shuffle(&mut asked);
    // The next example of a class goes to the next part.
    let mut turn = vec![0usize; agent_of.len()];
    let mut part_of = vec![0usize; rows.len()];
    for at in &asked {
        if !rows[*at].said {
            continue;
        }
        let next = &mut turn[rows[*at].class];
        part_of[*at] = (*next + rows[*at].class) % PARTS;
        *next += 1;
    }
    let parts = if rows.len() > ENOUGH * 2 { 1 } else { ASKED };
    let one = |part: usize| {
        let mut away = vec![false; groups];
        for group in order.iter().cycle().skip(part * kept_back).take(kept_back) {
            away[*group] = true;
        }
        let (mut left, mut questions) = (Vec::new(), Vec::new());
        for at in &asked {
            let row = &rows[*at];
            let foreign = away[group(row)];
            let spared = row.said && texts[row.class] >= SPARE && part_of[*at] == part;
            if row.said && (foreign || spared) && questions.len() < ENOUGH {
                questions.push((*row, foreign));
            }
            if !(foreign || spared) {
                left.push(*row);
            }
        }
        ask(&left, &questions, agent_of, weight)
    };
    let trials: Vec<(Trial, bool)> = std::thread::scope(|scope| {
        // Two halves, since a second core is all but certain and more are not.
        let second = scope.spawn(|| (parts / 2..parts).flat_map(one).collect::<Vec<_>>());
        let mut trials: Vec<_> = (0..parts / 2).flat_map(one).collect();
        trials.extend(second.join().unwrap_or_default());
        trials
    });
    weighed(trials)
}

/// What nobody offers counts as much as it is asked.
fn weighed(mut trials: Vec<(Trial, bool)>) -> Vec<Trial> {
    let foreign = trials.iter().filter(|(_, foreign)| *foreign).count() as f64;
    let own = trials.len() as f64 - foreign;
    for (trial, is_foreign) in &mut trials {
        if *is_foreign {
            trial.weight = FOREIGN / (1.0 - FOREIGN) * own.max(1.0) / foreign;
        }
    }
    trials.into_iter().map(|(trial, _)| trial).collect()
}

/// The same for very many rows, in the order of their agents: rather than
/// learning again without some, the model is asked as if a text, or all texts of
/// its agent, were not there.
pub(super) fn trials_without(model: &Model, rows: &[Row<'_>], agent_of: &[usize]) -> Vec<Trial> {
    let mut asked: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].said).collect();
    Shuffle::new().shuffle(&mut asked);
    asked.truncate(FEW);
    let range = |key: &dyn Fn(&Row<'_>) -> usize, own: usize| {
        rows.partition_point(|row| key(row) < own)..rows.partition_point(|row| key(row) <= own)
    };
    let ask = |(number, at): (usize, usize)| {
        let row = &rows[at];
        let agent = agent_of[row.class];
        let foreign = number % AGENTS == 0;
        let without = if foreign {
            range(&|row| agent_of[row.class], agent)
        } else if range(&|row| row.class, row.class).len() >= SPARE {
            at..at + 1
        } else {
            return None;
        };
        let opinion = model.judge_without(row.text, row.meaning, without);
        Some((trial(&opinion, (!foreign).then_some(agent))?, foreign))
    };
    weighed(asked.into_iter().enumerate().filter_map(ask).collect())
}

/// What there is for the best agent, and whether it is the right one.
fn trial(opinion: &Opinion, right: Option<usize>) -> Option<Trial> {
    let best = opinion.best(1);
    let evidence = *opinion.evidence(&best).first()?;
    Some(Trial {
        evidence,
        right: right == Some(best[0]),
        weight: 1.0,
    })
}

fn ask(
    left: &[Row<'_>],
    questions: &[(Row<'_>, bool)],
    agent_of: &[usize],
    weight: f32,
) -> Vec<(Trial, bool)> {
    if left.is_empty() || questions.is_empty() {
        return Vec::new();
    }
    let model = Model::learn(left, agent_of, weight);
    let answer = |(row, foreign): &(Row<'_>, bool)| {
        let opinion = model.judge(row.text, row.meaning);
        let right = (!foreign).then_some(agent_of[row.class]);
        Some((trial(&opinion, right)?, *foreign))
    };
    questions.iter().filter_map(answer).collect()
}
