//! What a target that reads text is told of a handoff: instructions beside the
//! conversation, never a message in it.

use super::Templates;
use crate::contract::HandoffContext;

/// The context as instructions, by Baton's own templates.
pub fn instructions_for(context: &HandoffContext) -> String {
    Templates::standard().render(context)
}
