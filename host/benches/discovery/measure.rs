//! What is measured.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use baton::{
    discovery::{IntentIndex, OfferedSkill, Profile},
    encoder::Encoder,
    id::AgentName,
};

use super::set::{Line, Set};

/// The score from which a caller acts.
const THRESHOLD: f64 = 0.7;

/// How far from it is still near it.
const NEAR: f64 = 0.05;

/// What was measured with one set.
pub struct Measured {
    pub set: String,
    pub agents: usize,
    pub top: f64,
    pub learned: Duration,
    pub median: Duration,
    pub slow: Duration,
    /// How far scores are from the truth, of texts that somebody offers.
    pub error: f64,
    /// The same with what nobody offers among them.
    pub error_of_all: Option<f64>,
    /// How many of those near the threshold are right.
    pub near: f64,
    pub near_count: usize,
    pub accepted: f64,
    pub accepted_right: f64,
    pub refused: Option<f64>,
}

/// One answer: its score, and whether it is right.
struct Answer {
    score: f64,
    right: bool,
}

fn mean(count: usize, of: usize) -> f64 {
    count as f64 / of.max(1) as f64
}

/// Expected calibration error, in ten bins.
fn calibration_error<'a>(answers: impl Iterator<Item = &'a Answer>) -> f64 {
    let mut bins = [(0usize, 0usize, 0.0f64); 10];
    let mut all = 0;
    for answer in answers {
        let bin = &mut bins[((answer.score * 10.0) as usize).min(9)];
        bin.0 += 1;
        bin.1 += usize::from(answer.right);
        bin.2 += answer.score;
        all += 1;
    }
    let off = |(_, right, sum): &(usize, usize, f64)| (*right as f64 - sum).abs();
    bins.iter().map(off).sum::<f64>() / f64::from(all.max(1))
}

/// Each intent as the skill of an agent: its own, or the one that `agents` says.
fn profiles(set: &Set, agents: Option<&BTreeMap<String, Vec<String>>>) -> Vec<Profile> {
    let mut examples: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for line in &set.train {
        examples
            .entry(&line.label)
            .or_default()
            .push(line.text.clone());
    }
    let offer = |label: &str| OfferedSkill {
        name: label.to_owned(),
        description: String::new(),
        examples: examples.get(label).cloned().unwrap_or_default(),
    };
    let profile = |agent: &str, offers: Vec<OfferedSkill>| Profile {
        agent: AgentName::from(agent),
        description: String::new(),
        examples: Vec::new(),
        offers,
    };
    match agents {
        Some(agents) => agents
            .iter()
            .map(|(agent, labels)| profile(agent, labels.iter().map(|l| offer(l)).collect()))
            .collect(),
        None => examples
            .keys()
            .map(|label| profile(label, vec![offer(label)]))
            .collect(),
    }
}

fn meanings(encoder: Option<&dyn Encoder>, texts: &[String]) -> anyhow::Result<Vec<Vec<f32>>> {
    match encoder {
        Some(encoder) => Ok(encoder.encode(texts)?),
        None => Ok(vec![Vec::new(); texts.len()]),
    }
}

fn build(
    profiles: &[Profile],
    meanings: &[Vec<f32>],
    encoder: Option<&dyn Encoder>,
) -> anyhow::Result<IntentIndex> {
    Ok(match encoder {
        Some(encoder) => IntentIndex::build(profiles, meanings.to_vec(), encoder.weight())?,
        None => IntentIndex::of_words(profiles),
    })
}

/// Measures a set: each intent an agent of its own, and the few agents if it has them.
pub fn measure(set: &Set, encoder: Option<&dyn Encoder>) -> anyhow::Result<Vec<Measured>> {
    let mut all = vec![measure_as(set, None, encoder)?];
    if let Some(agents) = &set.agents {
        all.push(measure_as(set, Some(agents), encoder)?);
    }
    Ok(all)
}

fn measure_as(
    set: &Set,
    agents: Option<&BTreeMap<String, Vec<String>>>,
    encoder: Option<&dyn Encoder>,
) -> anyhow::Result<Measured> {
    let profiles = profiles(set, agents);
    let texts = meanings(encoder, &IntentIndex::texts(&profiles))?;
    // The best of three: other programs' work is not what is measured.
    let mut learned = Duration::MAX;
    let mut index = None;
    for _ in 0..3 {
        let start = Instant::now();
        index = Some(build(&profiles, &texts, encoder)?);
        learned = learned.min(start.elapsed());
    }
    let index = index.ok_or_else(|| anyhow::anyhow!("nothing was built"))?;
    let owner = |label: &str| -> String {
        let mut of = agents.into_iter().flatten();
        of.find(|(_, labels)| labels.iter().any(|own| own == label))
            .map_or(label, |(agent, _)| agent)
            .to_owned()
    };
    let mut times = Vec::new();
    let mut ask = |lines: &[Line]| -> anyhow::Result<Vec<Answer>> {
        let mut answers = Vec::with_capacity(lines.len());
        for line in lines {
            let start = Instant::now();
            let meaning = meanings(encoder, std::slice::from_ref(&line.text))?;
            let found = index.find(&line.text, &meaning[0], 1, |_| true);
            times.push(start.elapsed());
            let best = found.first();
            answers.push(Answer {
                score: best.map_or(0.0, |best| best.score),
                right: best.is_some_and(|best| best.agent.as_str() == owner(&line.label)),
            });
        }
        Ok(answers)
    };
    let own = ask(&set.test)?;
    let mut foreign = ask(&set.foreign)?;
    for answer in &mut foreign {
        answer.right = false;
    }
    times.sort_unstable();
    let share = |keep: &dyn Fn(&Answer) -> bool| {
        let kept: Vec<&Answer> = own.iter().filter(|a| keep(a)).collect();
        let right = kept.iter().filter(|a| a.right).count();
        (kept.len(), mean(right, kept.len()))
    };
    let (near_count, near) = share(&|a| (a.score - THRESHOLD).abs() <= NEAR);
    let (accepted, accepted_right) = share(&|a| a.score >= THRESHOLD);
    Ok(Measured {
        set: set.name.clone(),
        agents: profiles.len(),
        top: share(&|_| true).1,
        learned,
        median: times[times.len() / 2],
        slow: times[times.len() * 99 / 100],
        error: calibration_error(own.iter()),
        error_of_all: (!foreign.is_empty()).then(|| calibration_error(own.iter().chain(&foreign))),
        near,
        near_count,
        accepted: mean(accepted, own.len()),
        accepted_right,
        refused: (!foreign.is_empty()).then(|| {
            let refused = foreign.iter().filter(|a| a.score < THRESHOLD).count();
            mean(refused, foreign.len())
        }),
    })
}

/// What was measured with very many agents.
pub struct Crowd {
    pub agents: usize,
    pub learned: Duration,
    pub median: Duration,
    pub slow: Duration,
    pub slowest: Duration,
}

/// Very many agents, each with an example that no other one has.
pub fn crowd(sets: &[Set], agents: usize) -> anyhow::Result<Crowd> {
    let lines: Vec<&Line> = sets.iter().flat_map(|set| &set.train).collect();
    let profiles: Vec<Profile> = (0..agents)
        .map(|at| {
            // Two texts from different places make one that is new.
            let first = lines[at % lines.len()];
            let second = lines[(at * 31 + at / lines.len()) % lines.len()];
            Profile {
                agent: AgentName::from(format!("agent-{at}")),
                description: format!("{} {}", first.text, second.label.replace('_', " ")),
                examples: vec![second.text.clone()],
                offers: Vec::new(),
            }
        })
        .collect();
    let start = Instant::now();
    let index = IntentIndex::of_words(&profiles);
    let learned = start.elapsed();
    let mut times = Vec::new();
    for line in sets.iter().flat_map(|set| set.test.iter().take(500)) {
        let start = Instant::now();
        let found = index.find(&line.text, &[], 5, |_| true);
        times.push(start.elapsed());
        anyhow::ensure!(
            found.iter().all(|f| (0.0..=1.0).contains(&f.score)),
            "{}",
            line.text
        );
    }
    times.sort_unstable();
    Ok(Crowd {
        agents,
        learned,
        median: times[times.len() / 2],
        slow: times[times.len() * 99 / 100],
        slowest: times[times.len() - 1],
    })
}
