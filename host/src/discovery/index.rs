//! The index: built of profiles, asked with a wish.

use super::{
    calibration::Calibration,
    model::{Model, Row, unit},
    trial::{trials, trials_without},
};
use crate::id::AgentName;

/// A skill that an agent offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfferedSkill {
    /// What it is called.
    pub name: String,
    /// What it does; may be empty.
    pub description: String,
    /// What people say who need it.
    pub examples: Vec<String>,
}

/// What is known of an agent, from wherever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The agent.
    pub agent: AgentName,
    /// What it does; may be empty.
    pub description: String,
    /// What people say who need it.
    pub examples: Vec<String>,
    /// The skills it offers.
    pub offers: Vec<OfferedSkill>,
}

/// An agent that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The agent.
    pub agent: AgentName,
    /// How likely it is the right one, from 0 to 1.
    pub score: f64,
    /// The skill that fits best; none if the agent says nothing of skills.
    pub skill: Option<String>,
    /// What it says of itself that is nearest to the wish, if anything is near.
    pub nearest: Option<String>,
}

/// Agents that a ranking holds at most. Who may reach only some looks for them
/// among these; what comes after them has next to no score.
const RANKED: usize = 256;

/// The agents for a wish, best first, with scores that do not depend on who
/// asks: worth keeping where the same wish comes again.
#[derive(Clone, Debug, Default)]
pub struct Ranking(Vec<Ranked>);

#[derive(Clone, Debug)]
struct Ranked {
    agent: usize,
    score: f64,
    class: Option<usize>,
    text: Option<usize>,
}

/// What stands for one skill, or for an agent as a whole.
#[derive(Debug)]
struct Class {
    agent: usize,
    skill: Option<String>,
}

/// Something an agent says of itself.
#[derive(Debug)]
struct Text {
    text: String,
    class: usize,
    /// Whether it is an example of what people say.
    said: bool,
}

/// An index over agents, the skills they offer and what people say who need them.
#[derive(Debug)]
pub struct IntentIndex {
    agents: Vec<AgentName>,
    classes: Vec<Class>,
    texts: Vec<Text>,
    /// Where each agent's classes and texts begin; they stand in a row.
    begins: Vec<(usize, usize)>,
    model: Model,
    calibration: Calibration,
    dimensions: usize,
}

/// The encoder gave something else than one list of numbers for each text.
#[derive(Debug, thiserror::Error)]
#[error(
    "the encoder gave {given} lists of numbers of lengths {lengths:?} for {texts} texts; it must give one of the same length for each"
)]
pub struct WrongMeanings {
    given: usize,
    lengths: (usize, usize),
    texts: usize,
}

/// The classes and texts of some profiles.
#[derive(Default)]
struct Material {
    classes: Vec<Class>,
    texts: Vec<Text>,
    begins: Vec<(usize, usize)>,
}

impl Material {
    fn of(profiles: &[Profile]) -> Self {
        let mut material = Self::default();
        for (agent, profile) in profiles.iter().enumerate() {
            let begin = (material.classes.len(), material.texts.len());
            material.begins.push(begin);
            for offer in &profile.offers {
                let skill = Some(offer.name.clone());
                material.class(
                    agent,
                    skill,
                    &offer.name,
                    &offer.description,
                    &offer.examples,
                );
            }
            // The agent as a whole is like one more skill of it.
            if profile.offers.is_empty()
                || !profile.examples.is_empty()
                || !profile.description.trim().is_empty()
            {
                let name = profile.agent.as_str();
                material.class(agent, None, name, &profile.description, &profile.examples);
            }
        }
        material
    }

    /// The texts with an encoder's numbers for each, if there are any.
    fn rows<'m>(&'m self, meanings: &'m [Vec<f32>]) -> Vec<Row<'m>> {
        let row = |(at, text): (usize, &'m Text)| Row {
            text: &text.text,
            meaning: meanings.get(at).map_or(&[], Vec::as_slice),
            class: text.class,
            said: text.said,
        };
        self.texts.iter().enumerate().map(row).collect()
    }

    fn class(
        &mut self,
        agent: usize,
        skill: Option<String>,
        name: &str,
        description: &str,
        examples: &[String],
    ) {
        let class = self.classes.len();
        self.classes.push(Class { agent, skill });
        let about = [(spoken(name), false), (description.to_owned(), false)];
        let said = examples.iter().map(|text| (text.clone(), true));
        let all = about.into_iter().chain(said);
        self.texts.extend(
            all.filter(|(text, _)| !text.trim().is_empty())
                .map(|(text, said)| Text { text, class, said }),
        );
    }
}

/// A name as one would say it.
fn spoken(name: &str) -> String {
    let mut words = String::with_capacity(name.len());
    let mut lower = false;
    for c in name.chars() {
        if c.is_uppercase() && lower {
            words.push(' ');
        }
        lower = c.is_lowercase();
        words.push(if c.is_alphanumeric() { c } else { ' ' });
    }
    words
}

impl IntentIndex {
    /// The texts that an encoder has to make numbers of, in the order in which
    /// [`build`](Self::build) wants them.
    pub fn texts(profiles: &[Profile]) -> Vec<String> {
        let texts = Material::of(profiles).texts;
        texts.into_iter().map(|text| text.text).collect()
    }

    /// Builds the index without an encoder.
    pub fn of_words(profiles: &[Profile]) -> Self {
        Self::learn(profiles, Material::of(profiles), &[], 0.0)
    }

    /// Builds the index with an encoder's numbers for [`texts`](Self::texts), which
    /// count `weight` times as much as words.
    pub fn build(
        profiles: &[Profile],
        mut meanings: Vec<Vec<f32>>,
        weight: f32,
    ) -> Result<Self, WrongMeanings> {
        let material = Material::of(profiles);
        let lengths = meanings.iter().map(Vec::len);
        let (least, most) = (lengths.clone().min(), lengths.max());
        if meanings.len() != material.texts.len() || least != most {
            return Err(WrongMeanings {
                given: meanings.len(),
                lengths: (least.unwrap_or(0), most.unwrap_or(0)),
                texts: material.texts.len(),
            });
        }
        for meaning in &mut meanings {
            unit(meaning);
        }
        Ok(Self::learn(profiles, material, &meanings, weight))
    }

    fn learn(profiles: &[Profile], material: Material, meanings: &[Vec<f32>], weight: f32) -> Self {
        let rows = material.rows(meanings);
        let agent_of: Vec<usize> = material.classes.iter().map(|class| class.agent).collect();
        let model = Model::learn(&rows, &agent_of, weight);
        // A text is a part of its class's centre, which has to be made without it.
        let trials = if model.is_trained() || !meanings.is_empty() {
            trials(&rows, &agent_of, weight)
        } else {
            trials_without(&model, &rows, &agent_of)
        };
        let calibration = Calibration::fit(&trials, !meanings.is_empty());
        Self {
            agents: profiles.iter().map(|p| p.agent.clone()).collect(),
            dimensions: meanings.first().map_or(0, Vec::len),
            model,
            calibration,
            classes: material.classes,
            texts: material.texts,
            begins: material.begins,
        }
    }

    /// How many numbers an encoder must give for a wish; 0 if none is needed.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// The agents for a wish, best first, `most` of them; only those that `may`
    /// be found. `meaning` is what the encoder makes of the wish. Scores do not
    /// depend on who may be found, so that the second best is not taken for the
    /// best because that one is out of reach.
    pub fn find(
        &self,
        wish: &str,
        meaning: &[f32],
        most: usize,
        may: impl FnMut(&AgentName) -> bool,
    ) -> Vec<Found> {
        self.take(&self.rank(wish, meaning), most, may)
    }

    /// The agents for a wish, whoever may find them: [`take`](Self::take) makes
    /// answers of it for somebody.
    pub fn rank(&self, wish: &str, meaning: &[f32]) -> Ranking {
        if wish.trim().is_empty() || self.texts.is_empty() {
            return Ranking(Vec::new());
        }
        let mut meaning = meaning.to_vec();
        meaning.resize(self.dimensions, 0.0);
        unit(&mut meaning);
        let opinion = self.model.judge(wish, &meaning);
        if !opinion.knows_anything() {
            return Ranking(Vec::new());
        }
        let best = opinion.best(RANKED);
        let evidence = opinion.evidence(&best);
        let ranked = best
            .into_iter()
            .zip(evidence)
            .map(|(agent, evidence)| Ranked {
                agent,
                score: self.calibration.score(&evidence),
                class: self.class(agent, &opinion.classes),
                text: self.nearest(agent, &opinion.cosines),
            });
        Ranking(ranked.collect())
    }

    /// The best of a ranking that `may` be found, `most` of them.
    pub fn take(
        &self,
        ranking: &Ranking,
        most: usize,
        mut may: impl FnMut(&AgentName) -> bool,
    ) -> Vec<Found> {
        let mut left = 1.0f64;
        let mut sum = 0.0f64;
        let found = ranking.0.iter().filter_map(|ranked| {
            // One of them is the right one at most, and the first the likeliest;
            // whoever is out of reach may still be it.
            let score = ranked.score.min(left);
            sum += score;
            left = score.min(1.0 - sum).max(0.0);
            let agent = &self.agents[ranked.agent];
            may(agent).then(|| Found {
                agent: agent.clone(),
                score,
                skill: ranked
                    .class
                    .and_then(|class| self.classes[class].skill.clone()),
                nearest: ranked.text.map(|text| self.texts[text].text.clone()),
            })
        });
        found.take(most).collect()
    }

    /// The likeliest of an agent's classes.
    fn class(&self, agent: usize, probabilities: &[f32]) -> Option<usize> {
        let end = self
            .begins
            .get(agent + 1)
            .map_or(self.classes.len(), |next| next.0);
        let own = self.begins[agent].0..end;
        own.max_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]))
    }

    /// The nearest of an agent's texts, if any is near.
    fn nearest(&self, agent: usize, cosines: &[f32]) -> Option<usize> {
        let end = self
            .begins
            .get(agent + 1)
            .map_or(self.texts.len(), |next| next.1);
        let own = (self.begins[agent].1..end).filter(|text| cosines[*text] > 0.0);
        own.max_by(|a, b| cosines[*a].total_cmp(&cosines[*b]))
    }
}
