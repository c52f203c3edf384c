//! Takes a message in: its conversation's turn, and the message kept, before
//! anything else.

use std::{sync::Arc, time::Duration};

use sha2::{Digest, Sha256};

use super::{Admission, Answer, Desk, DeskError, Hold, Incoming, Intake, Resumption};
use crate::{
    conversation::{Conversation, Message, MessageList},
    id::{AgentName, ConversationId, DeliveryKey, HandoffId, UserId},
};

/// How long to wait before asking again whether another process has finished:
/// a turn may take a millisecond or a minute, so first short, then longer.
const FIRST_LOOK: Duration = Duration::from_millis(2);
const LAST_LOOK: Duration = Duration::from_millis(100);

/// A message as it is taken in.
pub(super) struct Arrival<'a> {
    pub(super) conversation: ConversationId,
    pub(super) user: Option<&'a UserId>,
    pub(super) message: Arc<Message>,
    pub(super) key: Option<DeliveryKey>,
    pub(super) before: Vec<Arc<Message>>,
    /// Who has it if this begins it; none: the desk's entry.
    pub(super) entry: Option<AgentName>,
    pub(super) settles: Option<HandoffId>,
    pub(super) resumes: Option<Resumption>,
    /// How many may wait in line for the conversation.
    pub(super) max_waiting: usize,
}

/// What a message taken in is to the desk.
pub(super) enum Taken {
    /// It is this conversation's turn until the hold is gone.
    Turn(Conversation, Arc<Message>, Hold),
    /// It was answered before.
    Before(Box<Answer>),
}

impl Desk {
    /// Takes the message in. Whoever calls holds the conversation's ticket of
    /// this process; other processes are waited for here.
    pub(super) async fn take_in(&self, arrival: Arrival<'_>) -> Result<Taken, DeskError> {
        let Arrival {
            conversation: id,
            user,
            message,
            key,
            before,
            entry,
            settles,
            resumes,
            max_waiting,
        } = arrival;
        let hold = self.store().hold(&id);
        let mut pause = FIRST_LOOK;
        loop {
            let mut conversation = self.open(id.clone(), user).await?;
            if let (0, Some(entry)) = (conversation.turns, &entry) {
                conversation.owner = entry.clone();
            }
            let intake = Intake {
                conversation: conversation.clone(),
                before: before.clone(),
                message: message.clone(),
                key: key.clone(),
                max_waiting,
                settles: settles.clone(),
                resumes: resumes.clone(),
            };
            match self.store().intake(intake).await? {
                Admission::Begun => {
                    // What came with the first message was not there to be opened.
                    if conversation.turns == 0 && !before.is_empty() {
                        conversation.history = Arc::new(MessageList(before));
                    }
                    return Ok(Taken::Turn(conversation, message, hold));
                }
                Admission::Resumed { turn, message } => {
                    conversation.turns = turn.saturating_sub(1);
                    return Ok(Taken::Turn(conversation, message, hold));
                }
                Admission::Answered(answer) => return Ok(Taken::Before(answer)),
                Admission::Settled => return Err(DeskError::NotWaiting),
                Admission::OtherText => {
                    return Err(DeskError::KeyOfAnother(
                        key.unwrap_or_else(|| DeliveryKey::from("")),
                    ));
                }
                Admission::Full => {
                    return Err(DeskError::Crowded {
                        conversation: id,
                        max: max_waiting,
                    });
                }
                // Another process has changed it between the two looks.
                Admission::Stale => {}
                Admission::Wait => {
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LAST_LOOK);
                }
            }
        }
    }

    /// The conversation that a message belongs to, by its name, by its key, or by
    /// what its client has seen of it.
    pub(super) async fn conversation_of(
        &self,
        incoming: &Incoming,
    ) -> Result<ConversationId, DeskError> {
        if let Some(id) = &incoming.conversation {
            return Ok(id.clone());
        }
        let recognized = match &incoming.seen {
            Some(seen) if !seen.before.is_empty() => self.store().recognize(&seen.thread).await?,
            _ => None,
        };
        // Looked for after the thread: once the first delivery is answered, its
        // conversation is not recognized by what was said before it any more.
        match (&incoming.key, &incoming.user) {
            (Some(key), Some(user)) => {
                let delivered = self.store().delivered(user, key).await?;
                Ok(delivered
                    .or(recognized)
                    .unwrap_or_else(|| first_of(user, key)))
            }
            (Some(key), None) => Err(DeskError::KeyOfNobody(key.clone())),
            (None, _) => Ok(recognized.unwrap_or_else(ConversationId::generate)),
        }
    }
}

/// The conversation that a message with a key begins: the same one when it is
/// delivered again.
fn first_of(user: &UserId, key: &DeliveryKey) -> ConversationId {
    let mut hash = Sha256::new();
    // Neither can contain what parts them.
    hash.update(user.as_str());
    hash.update([0]);
    hash.update(key.as_str());
    let hash: [u8; 32] = hash.finalize().into();
    let (half, _) = hash.split_at(16);
    let number = half
        .iter()
        .fold(0u128, |sum, byte| (sum << 8) | u128::from(*byte));
    ConversationId::from(ulid::Ulid(number).to_string())
}

impl Desk {
    /// A place between the conversation's turns, those of other processes too.
    /// Whoever calls holds the conversation's ticket of this process.
    pub(super) async fn between_turns(&self, id: &ConversationId) -> Result<Hold, DeskError> {
        let max_waiting = self.policy().max_waiting;
        let hold = self.store().hold(id);
        let mut pause = FIRST_LOOK;
        loop {
            match self.store().line_up(id, max_waiting).await? {
                Admission::Wait => {
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LAST_LOOK);
                }
                Admission::Full => {
                    return Err(DeskError::Crowded {
                        conversation: id.clone(),
                        max: max_waiting,
                    });
                }
                _ => return Ok(hold),
            }
        }
    }
}

#[cfg(test)]
mod tests;
