//! The desk: what applications talk to.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;

use super::{
    Answer, Conclusion, DeadLetter, Deltas, Directory, Hold, LegEnd, Policy, Rules, Store,
    StoreError,
    colleagues::Staff,
    flow::Delivered,
    intake::{Arrival, Taken, conversation_of},
    limit::Recent,
    policy::Borders,
    rule::CONFIDENCE,
    turn::{self, Finished},
    wish::{By, Wish},
};
use crate::{
    contract::{Findings, Reason},
    conversation::{
        Colleague, Colleagues, Conversation, EventKind, History, HistoryError, Message, Profiles,
        Query, TextError, Turn, TurnQueue, TurnTicket, clean,
    },
    id::{AgentName, ConversationId, DeliveryKey, HandoffId, MessageId, Scope, TaskId, UserId},
    routing::{Catalog, Decision, Detail, Evaluation, decide, evaluate},
    trust::{Provenance, Trust},
};

/// A user's message as it comes in.
#[derive(Clone, Default)]
pub struct Incoming {
    /// The conversation it continues; none: it begins one.
    pub conversation: Option<ConversationId>,
    /// Who writes; none: a visitor, or whoever the conversation belongs to.
    pub user: Option<UserId>,
    /// What the caller was authorized for.
    pub scopes: Arc<[Scope]>,
    /// What is written.
    pub text: String,
    /// Where parts of the reply go as they come.
    pub deltas: Option<Deltas>,
    /// What its sender calls it: the same key in the same conversation, or from
    /// the same user, is the same message, and gets the first answer.
    pub key: Option<DeliveryKey>,
}

/// An operator's command to hand a conversation over.
#[derive(Clone, Debug)]
pub struct Order {
    /// Which conversation.
    pub conversation: ConversationId,
    /// To whom, one after the other.
    pub targets: Vec<AgentName>,
    /// What is to be done.
    pub task: String,
    /// Why.
    pub reason: Reason,
    /// What each target is told besides.
    pub instructions: String,
    /// What is known already.
    pub findings: Findings,
    /// What the operator was authorized for.
    pub scopes: Arc<[Scope]>,
    /// The dead letter that this is to settle.
    pub settles: Option<HandoffId>,
}

/// Why a message got no answer. Nothing an agent or skill does leads here.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// It is no message.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The conversation is somebody else's.
    #[error("the conversation {0} belongs to another user")]
    NotYours(ConversationId),
    /// There is no such conversation.
    #[error("there is no conversation {0}")]
    NoConversation(ConversationId),
    /// The conversation has as many waiting as it may.
    #[error(
        "{max} messages wait already for their turn in the conversation {conversation}; \
         policy.max-waiting allows no more"
    )]
    Crowded {
        /// Which conversation.
        conversation: ConversationId,
        /// How many may wait.
        max: usize,
    },
    /// The key was given to another message.
    #[error("the key `{0}` was used for another text; a new message needs a new key")]
    KeyOfAnother(DeliveryKey),
    /// There is nothing that the key could be looked up in.
    #[error("the key `{0}` needs a conversation or a user that it belongs to")]
    KeyOfNobody(DeliveryKey),
    /// It cannot be kept, so it must not be answered.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a desk is made of.
pub struct DeskParts {
    /// Who can answer.
    pub agents: Directory,
    /// The skills; whoever watches their folder puts a new catalog here.
    pub catalog: Arc<ArcSwap<Catalog>>,
    /// Where conversations are kept.
    pub store: Arc<dyn Store>,
    /// What is known of users.
    pub profiles: Arc<dyn Profiles>,
    /// What the operator allows.
    pub policy: Policy,
    /// The operator's rules.
    pub rules: Rules,
}

/// What skills say about a query, with nothing done about it.
pub struct Explanation {
    /// The skills that were asked.
    pub catalog: Arc<Catalog>,
    /// What they said, and which were not asked.
    pub evaluation: Evaluation,
    /// What that would lead to.
    pub decision: Decision,
    /// Who would answer if it leads to nothing.
    pub owner: AgentName,
    /// What happened on the way.
    pub events: Vec<crate::conversation::Event>,
    /// How long it took.
    pub took: Duration,
}

/// Decides who answers, and has them do it.
pub struct Desk {
    staff: Arc<Staff>,
    catalog: Arc<ArcSwap<Catalog>>,
    store: Arc<dyn Store>,
    profiles: Arc<dyn Profiles>,
    queue: TurnQueue,
    rules: Rules,
    recent: Recent,
}

impl Desk {
    /// Opens the desk.
    pub fn new(parts: DeskParts) -> Self {
        let DeskParts {
            agents,
            catalog,
            store,
            profiles,
            policy,
            rules,
        } = parts;
        let staff = Arc::new(Staff { agents, policy });
        Self {
            staff,
            catalog,
            store,
            profiles,
            queue: TurnQueue::default(),
            rules,
            recent: Recent::default(),
        }
    }

    /// Who can answer.
    pub fn directory(&self) -> &Directory {
        &self.staff.agents
    }

    /// The skills as they are now.
    pub fn catalog(&self) -> Arc<Catalog> {
        self.catalog.load_full()
    }

    /// The agents as skills may ask them.
    pub fn colleagues(&self) -> Arc<dyn Colleagues> {
        self.staff.clone()
    }

    /// Where conversations are kept.
    pub fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// Waits for the conversation's earlier turns to end.
    pub(super) async fn enter(&self, id: &ConversationId) -> Result<TurnTicket, DeskError> {
        let max = self.policy().max_waiting;
        let entered = self.queue.enter(id, max).await;
        entered.map_err(|_| DeskError::Crowded {
            conversation: id.clone(),
            max,
        })
    }

    pub(super) fn policy(&self) -> &Policy {
        &self.staff.policy
    }

    pub(super) fn rules(&self) -> &Rules {
        &self.rules
    }

    pub(super) fn recent(&self) -> &Recent {
        &self.recent
    }

    pub(super) fn colleague(&self, name: &AgentName) -> Option<Colleague> {
        self.staff.describe(name)
    }

    /// Gives a user message its one answer.
    pub async fn answer(&self, incoming: Incoming) -> Result<Answer, DeskError> {
        let began = Instant::now();
        let text = clean(&incoming.text)?;
        let id = conversation_of(&incoming)?;
        let _turn_of_this_conversation = self.enter(&id).await?;
        let arrival = Arrival {
            conversation: id,
            user: incoming.user.as_ref(),
            message: Arc::new(Message::from_user(text.as_ref())),
            key: incoming.key.clone(),
        };
        let (conversation, message, hold) = match self.take_in(arrival).await? {
            Taken::Turn(conversation, message, hold) => (conversation, message, hold),
            Taken::Before(answer) => return Ok(*answer),
        };

        let turn = self.begin(&conversation, &message, incoming.scopes);
        turn.record(EventKind::TurnStarted);
        let catalog = self.catalog.load_full();
        let finished = turn::run(self, &catalog, &turn, incoming.deltas).await?;
        let end = Ending {
            key: incoming.key,
            settles: None,
            hold,
            began,
        };
        self.conclude(&conversation, &turn, finished, end).await
    }

    /// Hands a conversation over by an operator's command: to the first target,
    /// and by each to the next, every one with the findings of those before.
    /// A target that fails ends the chain; the answers so far stand.
    pub async fn hand_over(&self, order: Order) -> Result<Vec<Answer>, DeskError> {
        let _turn_of_this_conversation = self.enter(&order.conversation).await?;
        let mut settles = order.settles.clone();
        let mut answers = Vec::new();
        let mut findings = order.findings.clone();
        let mut known = Provenance::default();
        known.add_all("findings", findings.keys(), Trust::OPERATOR);
        for target in &order.targets {
            let began = Instant::now();
            if self.store.open(&order.conversation).await?.is_none() {
                return Err(DeskError::NoConversation(order.conversation.clone()));
            }
            let arrival = Arrival {
                conversation: order.conversation.clone(),
                user: None,
                message: Arc::new(Message::from_operator(order.task.as_str())),
                key: None,
            };
            let (conversation, message, hold) = match self.take_in(arrival).await? {
                Taken::Turn(conversation, message, hold) => (conversation, message, hold),
                Taken::Before(answer) => return Ok(vec![*answer]),
            };
            let turn = self.begin(&conversation, &message, order.scopes.clone());
            turn.record(EventKind::TurnStarted);
            let mut provenance = known.clone();
            if !order.instructions.is_empty() {
                provenance.add("instructions", Trust::OPERATOR);
            }
            let wish = Wish {
                instructions: order.instructions.clone(),
                findings: findings.clone(),
                provenance,
                ..Wish::plain(
                    By::Operator,
                    target.clone(),
                    order.reason,
                    vec![conversation.owner.clone()],
                )
            };
            let finished = turn::run_wish(self, &self.catalog(), &turn, wish).await?;
            let insights = &finished.delivered.reply.insights;
            known = known.passed_on("findings");
            known.add_all("findings", insights.keys(), Trust::MODEL);
            findings.extend(insights.clone());
            let failed = finished.delivered.stand_in != super::StandIn::None;
            let end = Ending {
                key: None,
                settles: settles.take(),
                hold,
                began,
            };
            answers.push(self.conclude(&conversation, &turn, finished, end).await?);
            if failed {
                break;
            }
        }
        Ok(answers)
    }

    /// What the skills would say, with nothing stored and nobody asked to answer.
    pub async fn explain(&self, incoming: Incoming) -> Result<Explanation, DeskError> {
        let text = clean(&incoming.text)?;
        let id = incoming
            .conversation
            .clone()
            .unwrap_or_else(ConversationId::generate);
        let conversation = self.open(id, incoming.user.as_ref()).await?;
        let message = Message::from_user(text.as_ref());
        let turn = self.begin(&conversation, &message, incoming.scopes);
        let catalog = self.catalog.load_full();
        let began = Instant::now();
        let evaluation = evaluate(&catalog, &turn, Detail::Everything).await;
        let borders = Borders {
            policy: self.policy(),
            agents: self.directory(),
        };
        let decision = decide(&catalog, &evaluation, &turn, &borders);
        let took = began.elapsed();
        let events = turn.with_effects(|effects| std::mem::take(&mut effects.events));
        Ok(Explanation {
            catalog,
            evaluation,
            decision,
            owner: conversation.owner,
            events,
            took,
        })
    }

    /// The conversation as it is, or a new one; never somebody else's.
    pub(super) async fn open(
        &self,
        id: ConversationId,
        user: Option<&UserId>,
    ) -> Result<Conversation, DeskError> {
        match self.store.open(&id).await? {
            Some(conversation) => match (user, &conversation.user) {
                (Some(user), owner) if Some(user) != owner.as_ref() => {
                    Err(DeskError::NotYours(conversation.id))
                }
                _ => Ok(conversation),
            },
            None => Ok(Conversation {
                id,
                user: user.cloned(),
                owner: self.directory().entry().clone(),
                turns: 0,
                metadata: Arc::default(),
                people: Vec::new(),
                history: Arc::new(NothingSaid),
            }),
        }
    }

    pub(super) fn begin(
        &self,
        conversation: &Conversation,
        message: &Message,
        scopes: Arc<[Scope]>,
    ) -> Arc<Turn> {
        Arc::new(Turn {
            query: Query {
                text: message.content.clone(),
                conversation: conversation.id.clone(),
                user: conversation.user.clone(),
                owner: conversation.owner.clone(),
                scopes,
                turn: conversation.turns + 1,
                time: message.time,
            },
            task: TaskId::generate(),
            history: conversation.history.clone(),
            metadata: conversation.metadata.clone(),
            people: conversation.people.clone(),
            colleagues: self.colleagues(),
            profiles: self.profiles.clone(),
            records: self.store.clone(),
            effects: std::sync::Mutex::default(),
        })
    }

    async fn conclude(
        &self,
        conversation: &Conversation,
        turn: &Turn,
        finished: Finished,
        end: Ending,
    ) -> Result<Answer, DeskError> {
        let Finished {
            delivered,
            owner,
            legs,
            handoffs,
            decided_in,
        } = finished;
        let Delivered {
            agent,
            reply,
            stand_in,
        } = delivered;
        if owner != conversation.owner {
            turn.record(EventKind::OwnerChanged {
                from: conversation.owner.clone(),
                to: owner.clone(),
            });
        }
        turn.record(EventKind::TurnAnswered {
            agent: agent.clone(),
            fallback: stand_in != super::StandIn::None,
        });
        if let Some(sure) = reply.insights.get(CONFIDENCE) {
            let sure = sure.clone();
            turn.with_effects(|effects| effects.metadata.insert(CONFIDENCE.to_owned(), sure));
        }
        let dead_letter = DeadLetter::of(turn, &legs, stand_in);
        if let Some(handoff) = end.settles.clone() {
            turn.record(EventKind::DeadLetterRetried { handoff });
        }
        if let Some(letter) = &dead_letter {
            let handoff = letter.id().clone();
            turn.record(EventKind::DeadLetterKept { handoff });
        }
        let effects = turn.with_effects(std::mem::take);
        let tickets = effects
            .tickets
            .iter()
            .map(|ticket| ticket.id.clone())
            .collect();
        let leg = legs.iter().rev().find(|leg| leg.agent == agent);
        let context = leg.and_then(|leg| leg.context.as_ref());
        let hops = context.map_or(0, |context| context.chain.len().saturating_sub(1));
        let rejected = legs
            .iter()
            .filter(|leg| matches!(leg.end, LegEnd::Rejected(_)))
            .filter_map(|leg| leg.context.clone())
            .collect();
        let mut message = Message::from_agent(agent.clone(), reply.text.as_str());
        message.trust = message.trust.after(hops);
        let message = Arc::new(message);
        let mut answer = Answer {
            conversation: conversation.id.clone(),
            turn: turn.query.turn,
            reply: reply.text,
            agent,
            stand_in,
            owner,
            sources: reply.sources,
            usage: reply.usage,
            tickets,
            route: legs,
            decided_in,
            took: end.began.elapsed(),
        };
        self.store
            .conclude(Conclusion {
                conversation: conversation.id.clone(),
                turn: turn.query.turn,
                answer: message,
                owner: answer.owner.clone(),
                handoffs,
                rejected,
                receipt: end.key.map(|key| (key, Box::new(answer.clone()))),
                dead_letter,
                settles: end.settles,
                effects,
            })
            .await?;
        end.hold.end();
        answer.took = end.began.elapsed();
        Ok(answer)
    }
}

/// What a turn's end needs besides what came of it.
struct Ending {
    key: Option<DeliveryKey>,
    settles: Option<HandoffId>,
    hold: Hold,
    began: Instant,
}

/// The messages of a conversation that has none.
#[derive(Debug)]
struct NothingSaid;

impl History for NothingSaid {
    fn page(
        &self,
        _before: Option<&MessageId>,
        _limit: usize,
    ) -> Result<Vec<Arc<Message>>, HistoryError> {
        Ok(Vec::new())
    }
}
