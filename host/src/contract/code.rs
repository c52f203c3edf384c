//! The string codes of the contract as enums.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A word that is none of a code's constants.
#[derive(Debug, thiserror::Error)]
#[error("`{word}` is no {code}; it is one of {known}")]
pub struct UnknownCode {
    word: String,
    code: &'static str,
    known: String,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident as $what:literal {
        $($(#[$case_doc:meta])* $case:ident = $word:literal),+ $(,)?
    })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$case_doc])* #[serde(rename = $word)] $case),+
        }

        impl $name {
            /// Every one, in this order.
            pub const ALL: &[Self] = &[$(Self::$case),+];

            /// The word for it in the contract.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$case => $word),+ }
            }
        }

        impl FromStr for $name {
            type Err = UnknownCode;

            fn from_str(word: &str) -> Result<Self, UnknownCode> {
                match word {
                    $($word => Ok(Self::$case),)+
                    _ => Err(UnknownCode {
                        word: word.chars().take(40).collect(),
                        code: $what,
                        known: [$($word),+].join(", "),
                    }),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    )+};
}

codes! {
    /// Why a conversation is handed over.
    Reason as "reason" {
        /// The target knows more about this.
        Specialization = "specialization",
        /// It needs somebody with more authority.
        Escalation = "escalation",
        /// A part of the work is given away, the conversation is not.
        Delegation = "delegation",
        /// The work is done and goes back.
        Completion = "completion",
        /// An agent failed, another tries.
        Failure = "failure",
        /// An agent is broken, its stand-in takes over.
        Recovery = "recovery",
        /// An agent has too much to do.
        LoadShedding = "load-shedding",
        /// Somebody must approve or guide.
        Supervision = "supervision",
    }
    /// How a conversation is handed over.
    Mode as "mode" {
        /// With everything that is known.
        Warm = "warm",
        /// With the task alone.
        Cold = "cold",
        /// After somebody has approved.
        Supervised = "supervised",
        /// To the first of several that can.
        Broadcast = "broadcast",
        /// The sender waits for the result.
        Delegation = "delegation",
    }
    /// Who has the conversation after the turn.
    Ownership as "ownership" {
        /// The target.
        Moves = "moves",
        /// Whoever had it before.
        Returns = "returns",
    }
    /// What decides a condition.
    DecidedBy as "way to decide" {
        /// The skill's code.
        Condition = "condition",
        /// A trigger in the text is enough.
        Triggers = "triggers",
    }
    /// When a hook runs.
    HookPoint as "hook point" {
        /// When a handoff is prepared.
        BeforeHandoff = "before-handoff",
        /// When the target has answered or failed.
        AfterHandoff = "after-handoff",
        /// When an agent has called a tool, before it runs.
        BeforeTool = "before-tool",
        /// When the tool has ended.
        AfterTool = "after-tool",
    }
    /// What a hook may do.
    Access as "access" {
        /// Look on.
        Observe = "observe",
        /// Add and refuse.
        Amend = "amend",
    }
    /// What becomes of a handoff when one of its hooks fails.
    OnFailure as "behaviour on failure" {
        /// It is refused.
        Refuse = "refuse",
        /// It goes on.
        Continue = "continue",
    }
    /// Whose handoffs a hook runs on.
    Reach as "reach" {
        /// Those that its own skill chose.
        Own = "own",
        /// Everybody's.
        All = "all",
    }
    /// What a tool does to the world.
    Effect as "effect" {
        /// Nothing.
        Read = "read",
        /// It changes something.
        Write = "write",
    }
}

impl Default for Mode {
    /// Handing over everything loses nothing.
    fn default() -> Self {
        Self::Warm
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_back_as_it_was_written() {
        assert_eq!(
            "load-shedding".parse::<Reason>().unwrap(),
            Reason::LoadShedding
        );
        assert_eq!(Reason::LoadShedding.to_string(), "load-shedding");
    }

    #[test]
    fn an_unknown_word_is_answered_with_the_known_ones() {
        let error = "hot".parse::<Mode>().unwrap_err().to_string();
        assert_eq!(
            error,
            "`hot` is no mode; it is one of warm, cold, supervised, broadcast, delegation"
        );
    }
}
