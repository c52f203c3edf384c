//! Whether a skill has what it cannot do without.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::{Grant, Grants};
use crate::id::{FunctionName, SkillName};

/// Capabilities that every skill has.
const FREE: [&str; 6] = ["log", "state", "config", "clock", "random", "waiting"];

/// Something that a skill cannot do without.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dependency {
    /// A capability that must be granted: `agents`.
    Grant(Grant),
    /// A capability that every skill has.
    Free,
    /// Another skill: `weather`.
    Skill(SkillName),
    /// A tool of another skill: `weather/forecast`.
    Tool(SkillName, FunctionName),
}

impl Dependency {
    /// What is meant by the word. A skill with the name of a capability is
    /// written `skill:NAME`.
    pub fn new(word: &str) -> Self {
        let (skill, word) = match word.strip_prefix("skill:") {
            Some(word) => (true, word),
            None => (false, word),
        };
        if let Some((skill, tool)) = word.split_once('/') {
            return Self::Tool(skill.into(), tool.into());
        }
        match Grant::named(word) {
            _ if skill => Self::Skill(word.into()),
            Some(grant) => Self::Grant(grant),
            None if FREE.contains(&word) => Self::Free,
            None => Self::Skill(word.into()),
        }
    }

    fn skill(&self) -> Option<&SkillName> {
        match self {
            Self::Skill(skill) | Self::Tool(skill, _) => Some(skill),
            Self::Grant(_) | Self::Free => None,
        }
    }
}

/// What a skill lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// A grant.
    Grant {
        /// Who lacks it.
        skill: SkillName,
        /// Which.
        grant: Grant,
    },
    /// A skill that is not there.
    Skill(SkillName),
    /// A tool that a skill does not have.
    Tool(SkillName, FunctionName),
    /// A skill that is there and lacks something itself.
    NotReady(SkillName),
    /// Itself, by way of these.
    Circle(Vec<SkillName>),
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Grant { skill, grant } => write!(
                f,
                "it cannot do without the grant `{grant}`; to give it, run `baton skill grant {skill} {}`",
                grant.example()
            ),
            Self::Skill(skill) => write!(
                f,
                "it cannot do without the skill `{skill}`, which is not loaded"
            ),
            Self::Tool(skill, tool) => write!(
                f,
                "it cannot do without the tool `{tool}` of `{skill}`, which has none of that name"
            ),
            Self::NotReady(skill) => write!(
                f,
                "it cannot do without the skill `{skill}`, which is not ready"
            ),
            Self::Circle(skills) => {
                let names: Vec<&str> = skills.iter().map(SkillName::as_str).collect();
                write!(
                    f,
                    "it waits for itself: {}; take one of these dependencies out",
                    names.join(" → ")
                )
            }
        }
    }
}

/// What a loaded skill has and needs.
#[derive(Clone, Debug, Default)]
pub struct Needs<'a> {
    /// What it cannot do without.
    pub depends: BTreeSet<Dependency>,
    /// What it was granted.
    pub granted: Grants,
    /// The tools it offers.
    pub tools: BTreeSet<&'a FunctionName>,
}

/// What each skill that is not ready lacks. A skill is ready when all that it
/// depends on is, so none of a circle ever is.
pub fn lacks<'a>(
    skills: &BTreeMap<&'a SkillName, Needs<'a>>,
) -> BTreeMap<&'a SkillName, Vec<Lack>> {
    let mut ready: BTreeSet<&SkillName> = BTreeSet::new();
    loop {
        let more: Vec<&SkillName> = skills
            .iter()
            .filter(|(name, needs)| {
                !ready.contains(*name)
                    && needs
                        .depends
                        .iter()
                        .all(|d| lack(name, needs, d, skills, &ready).is_none())
            })
            .map(|(name, _)| *name)
            .collect();
        if more.is_empty() {
            break;
        }
        ready.extend(more);
    }
    let waiting = skills.iter().filter(|(name, _)| !ready.contains(*name));
    waiting
        .map(|(name, needs)| {
            let lacks = needs.depends.iter();
            let lacks = lacks.filter_map(|d| lack(name, needs, d, skills, &ready));
            (*name, lacks.collect())
        })
        .collect()
}

fn lack(
    name: &SkillName,
    needs: &Needs<'_>,
    dependency: &Dependency,
    skills: &BTreeMap<&SkillName, Needs<'_>>,
    ready: &BTreeSet<&SkillName>,
) -> Option<Lack> {
    match dependency {
        Dependency::Free => return None,
        Dependency::Grant(grant) => {
            return (!needs.granted.allows(*grant)).then(|| Lack::Grant {
                skill: name.clone(),
                grant: *grant,
            });
        }
        Dependency::Skill(_) | Dependency::Tool(..) => (),
    }
    let wanted = dependency.skill()?;
    let Some(other) = skills.get(wanted) else {
        return Some(Lack::Skill(wanted.clone()));
    };
    if let Dependency::Tool(_, tool) = dependency
        && !other.tools.contains(tool)
    {
        return Some(Lack::Tool(wanted.clone(), tool.clone()));
    }
    if ready.contains(wanted) {
        return None;
    }
    Some(match way_back(name, wanted, skills) {
        Some(circle) => Lack::Circle(circle),
        None => Lack::NotReady(wanted.clone()),
    })
}

/// How the first skill comes to depend on itself by way of the second, both
/// ends included.
fn way_back(
    name: &SkillName,
    by: &SkillName,
    skills: &BTreeMap<&SkillName, Needs<'_>>,
) -> Option<Vec<SkillName>> {
    let mut came_from: BTreeMap<&SkillName, Option<&SkillName>> = BTreeMap::from([(by, None)]);
    let mut next = vec![by];
    while let Some(at) = next.pop() {
        if at == name {
            let mut circle = vec![at.clone()];
            let mut step = at;
            while let Some(Some(before)) = came_from.get(step) {
                circle.push((*before).clone());
                step = before;
            }
            circle.push(name.clone());
            circle.reverse();
            return Some(circle);
        }
        let depends = skills.get(at).into_iter().flat_map(|needs| &needs.depends);
        for skill in depends.filter_map(Dependency::skill) {
            if !came_from.contains_key(skill) {
                came_from.insert(skill, Some(at));
                next.push(skill);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(skills: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
        let names: Vec<SkillName> = skills.iter().map(|(name, _)| (*name).into()).collect();
        let tool = FunctionName::from("forecast");
        let known = names
            .iter()
            .zip(skills)
            .map(|(name, (_, depends))| {
                let needs = Needs {
                    depends: depends.iter().map(|word| Dependency::new(word)).collect(),
                    granted: ["agents".parse().unwrap()].into_iter().collect(),
                    tools: [&tool].into(),
                };
                (name, needs)
            })
            .collect();
        lacks(&known)
            .into_iter()
            .map(|(name, lacks)| {
                let lacks = lacks.iter().map(ToString::to_string).collect();
                (name.to_string(), lacks)
            })
            .collect()
    }

    #[test]
    fn a_skill_that_has_all_it_needs_is_ready_in_whatever_order_they_are_named() {
        let all = found(&[
            ("a", &["b", "b/forecast", "agents", "state"]),
            ("b", &["skill:c"]),
            ("c", &[]),
        ]);
        assert!(all.is_empty(), "{all:?}");
    }

    #[test]
    fn what_is_missing_is_named_and_what_depends_on_it_is_not_ready_either() {
        let all = found(&[
            ("a", &["b"]),
            ("b", &["tickets", "gone"]),
            ("c", &["d/nothing"]),
            ("d", &[]),
        ]);
        assert!(all["a"][0].contains("`b`, which is not ready"), "{all:?}");
        assert!(
            all["b"][0].contains("baton skill grant b tickets"),
            "{all:?}"
        );
        assert!(
            all["b"][1].contains("`gone`, which is not loaded"),
            "{all:?}"
        );
        assert!(all["c"][0].contains("tool `nothing` of `d`"), "{all:?}");
        assert!(!all.contains_key("d"));
    }

    #[test]
    fn a_circle_is_named_from_each_of_its_skills_and_ends() {
        let all = found(&[("a", &["b"]), ("b", &["c"]), ("c", &["a"]), ("d", &["a"])]);
        assert!(all["a"][0].contains("a → b → c → a"), "{all:?}");
        assert!(all["c"][0].contains("c → a → b → c"), "{all:?}");
        assert!(all["d"][0].contains("`a`, which is not ready"), "{all:?}");
        assert!(found(&[("a", &["a"])])["a"][0].contains("a → a"));
    }
}
