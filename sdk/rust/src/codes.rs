//! The string codes of the contract as enums. A code that this SDK does not
//! know yet arrives as `Other`, so that a newer host breaks nothing.

use std::fmt;

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$case_doc])* $case,)*
            /// A code that this version of the SDK has no name for.
            Other(String),
        }

        impl $name {
            /// The code as the contract spells it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$case => $code,)*
                    Self::Other(code) => code,
                }
            }
        }

        impl From<&str> for $name {
            fn from(code: &str) -> Self {
                match code {
                    $($code => Self::$case,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(self.as_str())
            }
        }
    };
}

codes! {
    /// Why a conversation is handed over.
    Reason {
        /// The target knows more about it.
        Specialization = "specialization",
        /// It needs more authority, or a person.
        Escalation = "escalation",
        /// The target does a part of the work.
        Delegation = "delegation",
        /// The work is done and goes back.
        Completion = "completion",
        /// The agent before could not do it.
        Failure = "failure",
        /// The target repairs what went wrong.
        Recovery = "recovery",
        /// The agent before has too much to do.
        LoadShedding = "load-shedding",
        /// Somebody has to look at it.
        Supervision = "supervision",
    }
}

codes! {
    /// What kind of thing kept a capability from doing what it was asked.
    ErrorCode {
        /// The operator has not granted the capability to this skill.
        NotGranted = "not-granted",
        /// There is no such thing.
        NotFound = "not-found",
        /// The caller or the skill may not do this.
        NotAllowed = "not-allowed",
        /// What was passed makes no sense.
        Invalid = "invalid",
        /// A limit of this skill is used up.
        Limit = "limit",
        /// It took too long.
        Timeout = "timeout",
        /// It is there, but cannot be reached now.
        Unavailable = "unavailable",
        /// Somebody has to pay first, and cannot.
        PaymentRequired = "payment-required",
        /// The handle does not belong to this call.
        WrongHandle = "wrong-handle",
        /// It was tried and failed.
        Failed = "failed",
    }
}

codes! {
    /// Why a hook refuses a handoff.
    RefusalCode {
        /// The target cannot take it now.
        Unavailable = "unavailable",
        /// It must not go there.
        NotAllowed = "not-allowed",
        /// Somebody has to pay first.
        PaymentRequired = "payment-required",
    }
}

codes! {
    /// Why a tool did not do what it was called for.
    ToolErrorCode {
        /// The skill has no tool of this name.
        UnknownTool = "unknown-tool",
        /// The arguments do not fit the tool's schema.
        InvalidArguments = "invalid-arguments",
        /// This caller may not do it.
        NotAllowed = "not-allowed",
        /// It was tried and failed.
        Failed = "failed",
    }
}

codes! {
    /// Who said a message.
    Role {
        /// The user of the conversation.
        User = "user",
        /// An agent.
        Agent = "agent",
        /// A tool that was called.
        Tool = "tool",
        /// The operator of the desk.
        Operator = "operator",
    }
}

codes! {
    /// What has become of money that was set aside.
    ReceiptState {
        /// It is set aside.
        Open = "open",
        /// It was paid.
        Captured = "captured",
        /// It went back.
        Released = "released",
        /// Nobody knows whether a provider has collected it.
        Unknown = "unknown",
    }
}

codes! {
    /// Whether an agent can take work.
    AgentState {
        /// Yes.
        Ready = "ready",
        /// Not now.
        Busy = "busy",
        /// It does not answer.
        Down = "down",
    }
}
