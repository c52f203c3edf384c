//! What `--json` gives, as far as the tests look at it.

use serde::Deserialize;
use serde_json::Value;

/// An answer, as `run` and `chat` give it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Answer {
    pub conversation: String,
    pub turn: u64,
    pub reply: String,
    pub agent: String,
    pub stand_in: String,
    pub owner: String,
    pub sources: Vec<Source>,
    pub usage: Option<Value>,
    pub tickets: Vec<String>,
    pub route: Vec<Leg>,
}

/// Where a reply has its knowledge from.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Source {
    pub file: String,
    pub heading: String,
}

/// One attempt to have somebody answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Leg {
    pub agent: String,
    pub handoff: Option<String>,
    pub reason: Option<String>,
    pub chosen_by: Option<(String, String)>,
    pub by: Option<String>,
    pub confidence: Option<f64>,
    pub end: String,
    pub why: Option<String>,
}

impl Answer {
    /// The agents that were tried, each with how that ended.
    pub fn legs(&self) -> Vec<(&str, &str)> {
        let legs = self.route.iter();
        legs.map(|leg| (leg.agent.as_str(), leg.end.as_str()))
            .collect()
    }

    /// Why the agent did not answer.
    #[track_caller]
    pub fn why_not(&self, agent: &str) -> &str {
        let leg = self
            .route
            .iter()
            .find(|leg| leg.agent == agent && leg.end != "answered");
        let why = leg.and_then(|leg| leg.why.as_deref());
        why.unwrap_or_else(|| panic!("{agent} did not fail: {self:#?}"))
    }

    /// The skill and condition that chose who answers.
    pub fn chosen_by(&self) -> Option<(&str, &str)> {
        let leg = self.route.iter().find(|leg| leg.agent == self.agent)?;
        let (skill, condition) = leg.chosen_by.as_ref()?;
        Some((skill, condition))
    }
}

/// An explanation.
#[derive(Clone, Debug, Deserialize)]
pub struct Explained {
    pub owner: String,
    pub decision: String,
    pub target: String,
    pub why: String,
    pub conditions: Vec<Condition>,
    pub events: Vec<Value>,
}

/// What one condition said.
#[derive(Clone, Debug, Deserialize)]
pub struct Condition {
    pub skill: String,
    pub condition: String,
    pub verdict: String,
    pub target: Option<String>,
    pub priority: i32,
    pub confidence: Option<f64>,
    pub reason: Option<String>,
    pub microseconds: Option<u64>,
    pub why: String,
}

impl Explained {
    /// What the skill's only condition said.
    #[track_caller]
    pub fn of(&self, skill: &str) -> &Condition {
        let found = self
            .conditions
            .iter()
            .find(|condition| condition.skill == skill);
        found.unwrap_or_else(|| panic!("no condition of {skill}: {self:#?}"))
    }
}

/// A file of the skills folder.
#[derive(Clone, Debug, Deserialize)]
pub struct Listed {
    pub file: String,
    pub refused: Option<String>,
    pub skill: Option<Loaded>,
}

/// A loaded skill.
#[derive(Clone, Debug, Deserialize)]
pub struct Loaded {
    pub name: String,
    pub version: String,
    pub digest: String,
    pub granted: Vec<String>,
    pub missing: Vec<String>,
    pub waiting: Vec<Waits>,
    pub lacks: Vec<String>,
    pub admission: String,
    pub microseconds: u64,
}

/// A grant that is not in effect.
#[derive(Clone, Debug, Deserialize)]
pub struct Waits {
    pub grant: String,
    pub why: String,
}
