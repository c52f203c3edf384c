//! All that an operator says of what one skill may.

use super::{grant::Grants, limits::Limits, settings::SkillConfig, warm::Instances};
use crate::web::Secrets;

/// All that an operator says of what one skill may. The default is what a
/// stranger may.
#[derive(Clone, Debug, Default)]
pub struct Allowance {
    /// What it may do.
    pub grants: Grants,
    /// What it may use up.
    pub limits: Limits,
    /// What it may have sent without seeing it.
    pub secrets: Secrets,
    /// What is configured for it.
    pub config: SkillConfig,
    /// In which instances it begins its turns.
    pub instances: Instances,
}
