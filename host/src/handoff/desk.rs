//! The desk: what applications talk to.

use std::{
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;

use super::{
    Answer, Directory, Incoming, Policy, Rules, StandIn, Store, StoreError,
    cashier::Cashier,
    colleagues::Staff,
    conclude::Ending,
    finder::OPERATORS_PATIENCE,
    intake::{Arrival, Taken},
    limit::Recent,
    policy::Borders,
    tally::{TurnCount, TurnTally},
    turn,
};
use crate::{
    conversation::{
        Afterwards, Chance, Colleague, Colleagues, Conversation, EventKind, FoundAgent, Message,
        MessageList, Payments, Profiles, Query, SearchBroken, Side, TextError, Turn, TurnQueue,
        TurnTicket, clean,
    },
    discovery::Meanings,
    id::{AgentName, ConversationId, DeliveryKey, Scope, TaskId, UserId},
    payment::Money,
    routing::{Catalog, Decision, Detail, Evaluation, decide, evaluate},
    trace::{self, Span, TraceParent, Tracer},
};

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
    /// The handoff to resume is settled.
    #[error("the handoff does not wait for a decision any more")]
    NotWaiting,
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
    /// What makes numbers of texts for discovery; none: it goes by words.
    pub meanings: Option<Arc<dyn Meanings>>,
    /// Who collects spans.
    pub tracer: Option<Arc<dyn Tracer>>,
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
    /// What the answer would cost; none: nothing.
    pub price: Option<Money>,
    /// What happened on the way.
    pub events: Vec<crate::conversation::Event>,
    /// How long it took.
    pub took: Duration,
}

/// What is observed of an answer.
pub(super) fn observe(span: &mut Span, answer: &Answer) {
    span.note("baton.agent", || Some(answer.agent.to_string()));
    span.note("baton.owner", || Some(answer.owner.to_string()));
    span.note("baton.fallback", || Some(answer.stand_in != StandIn::None));
    span.tell("gen_ai.output.messages", || trace::outputs(&answer.reply));
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
    tally: TurnTally,
    tracer: Option<Arc<dyn Tracer>>,
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
            meanings,
            tracer,
        } = parts;
        let cashier = Arc::new(Cashier {
            store: store.clone(),
            policy: policy.payments.clone(),
        });
        let staff = Arc::new(Staff::new(agents, policy, cashier, meanings));
        Self {
            staff,
            catalog,
            store,
            profiles,
            queue: TurnQueue::default(),
            rules,
            recent: Recent::default(),
            tally: TurnTally::default(),
            tracer,
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

    /// What is known of users.
    pub fn profiles(&self) -> &dyn Profiles {
        self.profiles.as_ref()
    }

    /// The agents for a wish, best first, for whoever may reach all of them.
    pub async fn find_agents(
        &self,
        wish: &str,
        most: usize,
    ) -> Result<Vec<FoundAgent>, SearchBroken> {
        let search = self.staff.finder.search(wish, OPERATORS_PATIENCE).await?;
        Ok(search.take(most, |_| true))
    }

    /// Where conversations are kept.
    pub fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// The store, for what lasts longer than a borrow.
    pub(super) fn shared_store(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    /// Waits for the conversation's earlier turns to end.
    pub(super) async fn enter(&self, id: &ConversationId) -> Result<TurnTicket, DeskError> {
        self.enter_within(id, self.policy().max_waiting).await
    }

    /// The same, if no more than `max` wait already.
    pub(super) async fn enter_within(
        &self,
        id: &ConversationId,
        max: usize,
    ) -> Result<TurnTicket, DeskError> {
        let entered = self.queue.enter(id, max).await;
        entered.map_err(|_| DeskError::Crowded {
            conversation: id.clone(),
            max,
        })
    }

    pub(super) fn cashier(&self) -> &Cashier {
        &self.staff.cashier
    }

    /// Who moves money for skills.
    pub fn payments(&self) -> Arc<dyn Payments> {
        self.staff.cashier.clone()
    }

    pub(super) fn policy(&self) -> &Policy {
        &self.staff.policy
    }

    pub(super) fn rules(&self) -> &Rules {
        &self.rules
    }

    /// What came of its turns since this process began.
    pub fn turn_count(&self) -> TurnCount {
        self.tally.read()
    }

    pub(super) fn tally(&self) -> &TurnTally {
        &self.tally
    }

    /// What is observed of a turn.
    pub(super) fn span(&self, turn: &Turn, parent: Option<TraceParent>, began: Instant) -> Span {
        let mut span = Span::first(self.tracer.as_ref(), parent, began, trace::turn);
        let query = &turn.query;
        span.note("gen_ai.conversation.id", || {
            Some(query.conversation.to_string())
        });
        span.note("baton.turn", || i64::try_from(query.turn).ok());
        span.tell("gen_ai.input.messages", || {
            trace::inputs([("user", query.text.as_ref())].into_iter())
        });
        span
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
        let id = self.conversation_of(&incoming).await?;
        let _turn_of_this_conversation = self.enter(&id).await?;
        let arrival = Arrival {
            conversation: id,
            user: incoming.user.as_ref(),
            message: Arc::new(Message::from_user(text.as_ref())),
            key: incoming.key.clone(),
            entry: incoming.entry.clone(),
            before: incoming
                .seen
                .as_ref()
                .map(|seen| seen.before.clone())
                .unwrap_or_default(),
            settles: None,
            resumes: None,
            max_waiting: self.policy().max_waiting,
        };
        let (conversation, message, hold) = match self.take_in(arrival).await? {
            Taken::Turn(conversation, message, hold) => (conversation, message, hold),
            Taken::Before(answer) => return Ok(*answer),
        };

        let turn = self.begin(
            &conversation,
            &message,
            incoming.scopes,
            incoming.payment.clone(),
        );
        turn.record(EventKind::TurnStarted);
        let catalog = self.catalog.load_full();
        let mut span = self.span(&turn, incoming.trace, began);
        let work = pin!(turn::run(self, &catalog, &turn, incoming.deltas));
        let finished = span.around(work).await;
        let finished = span.checked("store", finished)?;
        let end = Ending {
            thread: incoming
                .seen
                .map(|seen| seen.thread.then(Side::User, &incoming.text)),
            key: incoming.key,
            settles: None,
            closes: None,
            hold,
            began,
        };
        let answer = self.conclude(&conversation, &turn, finished, end).await;
        let answer = span.checked("store", answer)?;
        observe(&mut span, &answer);
        span.end(None);
        Ok(answer)
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
        let turn = self.begin(&conversation, &message, incoming.scopes, None);
        turn.afterwards.call_off();
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
        let winner = decision.winner();
        let answers = winner.map_or(&conversation.owner, |winner| &winner.proposal.target);
        Ok(Explanation {
            catalog,
            evaluation,
            price: self.payments().price(answers),
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
                history: Arc::new(MessageList::default()),
            }),
        }
    }

    pub(super) fn begin(
        &self,
        conversation: &Conversation,
        message: &Message,
        scopes: Arc<[Scope]>,
        proof: Option<Arc<str>>,
    ) -> Arc<Turn> {
        // A message that is taken up again is the same work.
        let task = TaskId::from(message.id.as_str());
        self.begin_task(conversation, message, scopes, task, proof)
    }

    /// A turn that may go on with earlier work.
    pub(super) fn begin_task(
        &self,
        conversation: &Conversation,
        message: &Message,
        scopes: Arc<[Scope]>,
        task: TaskId,
        proof: Option<Arc<str>>,
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
            task,
            history: conversation.history.clone(),
            metadata: conversation.metadata.clone(),
            people: conversation.people.clone(),
            colleagues: self.colleagues(),
            profiles: self.profiles.clone(),
            records: self.store.clone(),
            sanitize: self.policy().sanitize,
            storage: self.store.clone(),
            chance: Chance::default(),
            payments: self.payments(),
            proof,
            effects: std::sync::Mutex::default(),
            afterwards: Afterwards::default(),
        })
    }
}
