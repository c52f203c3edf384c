//! What the operator says of each skill.

use serde_json::Value;

use crate::{
    id::SkillName,
    routing::Terms,
    skill::{Allowance, Dependency, Entitlement, Grants, Refusal},
};

/// What the operator says of each skill.
pub trait Rules: Send + Sync {
    /// What the skill may, but for what it is granted, which hangs on its file.
    /// What is configured for it must fit the schema that it declares.
    fn allowance(&self, skill: &SkillName, schema: Option<&Value>) -> Result<Allowance, Refusal>;

    /// What it is granted, and for how long.
    fn entitlement(&self, skill: &SkillName) -> Entitlement;

    /// What it cannot do without, beside what it says itself.
    fn depends(&self, skill: &SkillName) -> Vec<Dependency>;

    /// On which terms it works with these grants, admission aside.
    fn terms(&self, skill: &SkillName, granted: &Grants) -> Terms;

    /// Whether a skill must be admitted before its verdicts count.
    fn must_be_admitted(&self) -> bool;
}
