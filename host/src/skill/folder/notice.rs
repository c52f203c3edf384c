//! What is told of the folder when it changes.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    id::SkillName,
    routing::Admission,
    skill::{GrantWord, Grants, Lack, Refusal, Waiting},
};

/// What has changed in the folder.
#[derive(Clone, Debug)]
pub enum Notice {
    /// A skill is there that was not.
    Loaded {
        /// From which file.
        file: String,
        /// The skill.
        skill: SkillName,
        /// Its version.
        version: String,
        /// Whether its verdicts count.
        admission: Admission,
        /// How long it took to load.
        took: Duration,
    },
    /// A skill has other bytes than before.
    Replaced {
        /// From which file.
        file: String,
        /// The skill.
        skill: SkillName,
        /// The version now.
        version: String,
        /// Whether its verdicts count.
        admission: Admission,
    },
    /// A skill was admitted, or is not any more.
    Admission {
        /// The skill.
        skill: SkillName,
        /// Whether its verdicts count now.
        admission: Admission,
    },
    /// What a skill may do has changed, or is less than it is granted.
    Grants {
        /// The skill.
        skill: SkillName,
        /// What is in effect.
        granted: Grants,
        /// What is granted and not in effect.
        waiting: BTreeMap<GrantWord, Waiting>,
    },
    /// A skill has what it cannot do without, or does not have it any more.
    Readiness {
        /// The skill.
        skill: SkillName,
        /// What it lacks; none: it is ready.
        lacks: Vec<Lack>,
    },
    /// A skill is gone.
    Removed {
        /// Its file.
        file: String,
        /// The skill.
        skill: SkillName,
    },
    /// A file is not loaded.
    Refused {
        /// The file.
        file: String,
        /// Why.
        why: Refusal,
        /// The version before it, which goes on working.
        kept: Option<SkillName>,
    },
}
