//! The turn of the desk: from a user's message over decision, context, hooks
//! and target to the one answer. Knows no WebAssembly, HTTP or SQL; agents and
//! stores come in through the traits defined here.

mod agent;
mod answer;
mod approval;
mod archive;
mod attempt;
mod callable;
mod cashier;
mod colleagues;
mod conclude;
mod context;
mod deadletter;
mod delivery;
mod desk;
mod directory;
mod emptied;
mod finder;
mod flow;
mod guard;
mod hooks;
mod incoming;
mod intake;
mod join;
mod ledger;
mod limit;
mod order;
mod past;
mod people;
mod policy;
mod provider;
mod render;
mod replay;
mod resume;
mod rule;
mod screen;
mod store;
mod tally;
mod template;
mod tool;
mod toolbox;
mod transfer;
mod turn;
mod weighing;
mod wish;
mod workbench;

pub use agent::{
    Agent, AgentCard, AgentFailure, Assignment, Deltas, Exchange, HandoffCall, HandoffRefused,
    ModelTally, Offer, Purpose, Reply, Source, Usage,
};
pub use answer::{Answer, Leg, LegEnd, StandIn};
pub use archive::{Archive, Denial, KeptConversation, KeptHandoff, Logged, Stored};
pub use callable::{CALLABLE_NAME, callable, callable_and_free};
pub use deadletter::{DeadLetter, HandoffState, RetryError, Unfinished};
pub use delivery::{Deliveries, DeliveryProgress, Follower, KeptDelivery};
pub use desk::{Desk, DeskError, DeskParts, Explanation};
pub use directory::{Directory, DirectoryError};
pub use guard::{AgentTally, Breaker, Condition};
pub use incoming::{Incoming, Seen};
pub use ledger::{CreditError, Ledger, LedgerFilter, PostingResult};
pub use limit::{HandoffLimits, LimitReached};
pub use order::{Order, OrderError};
pub use people::{Tended, TicketError};
pub use policy::{Intents, Paths, PaymentPolicy, Policy};
pub use provider::{Collected, PaymentProvider, Request};
pub use render::instructions_for;
pub use replay::{Replay, ReplayError};
pub use resume::Decided;
pub use rule::{Rule, Rules};
pub use screen::{reading, suspected};
pub use store::{
    Admission, Conclusion, Hold, Intake, Prepared, Resumption, Store, StoreError, Tending,
};
pub use tally::{ENDS, STAND_INS, TurnCount};
pub use template::{TemplateFor, Templates, WrongTemplate};
pub use tool::{DeclaredTool, ToolCallError};
pub use toolbox::{
    OfferedTool, ToolAccess, ToolLimits, ToolName, ToolRef, ToolResult, Toolbox, WrongToolRef,
};
