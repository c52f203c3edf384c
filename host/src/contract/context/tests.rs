use jiff::Timestamp;
use proptest::{
    collection::vec,
    option,
    prelude::{Just, Strategy, any, prop_oneof, proptest},
};
use serde_json::Value;

use super::*;

/// A context as the first version wrote it. The file is never changed.
const VERSION_0: &str = include_str!("version-0.json");

const REASONS: [Reason; 8] = [
    Reason::Specialization,
    Reason::Escalation,
    Reason::Delegation,
    Reason::Completion,
    Reason::Failure,
    Reason::Recovery,
    Reason::LoadShedding,
    Reason::Supervision,
];

const MODES: [Mode; 5] = [
    Mode::Warm,
    Mode::Cold,
    Mode::Supervised,
    Mode::Broadcast,
    Mode::Delegation,
];

const TRUSTS: [Trust; 4] = [Trust::OPERATOR, Trust::USER, Trust::TOOL, Trust::MODEL];

fn name() -> impl Strategy<Value = AgentName> {
    any::<String>().prop_map(AgentName::from)
}

/// Any JSON: numbers of every kind, any text, lists and objects in each other.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let pairs = vec((any::<String>(), inner.clone()), 0..4);
        prop_oneof![
            vec(inner, 0..4).prop_map(Value::from),
            pairs.prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn findings() -> impl Strategy<Value = Findings> {
    vec((any::<String>(), value()), 0..4).prop_map(|pairs| pairs.into_iter().collect())
}

fn timestamp() -> impl Strategy<Value = Timestamp> {
    let whole = Timestamp::MIN.as_nanosecond()..=Timestamp::MAX.as_nanosecond();
    whole.prop_filter_map("a time", |at| Timestamp::from_nanosecond(at).ok())
}

fn history() -> impl Strategy<Value = HistoryPolicy> {
    prop_oneof![
        Just(HistoryPolicy::Full),
        Just(HistoryPolicy::Summary),
        Just(HistoryPolicy::None),
        any::<u32>().prop_map(HistoryPolicy::Last),
    ]
}

fn context() -> impl Strategy<Value = HandoffContext> {
    let who = (
        any::<(String, String, String)>(),
        option::of(any::<String>()),
        name(),
        name(),
        vec(name(), 0..4),
        vec(name(), 0..4),
    );
    let how = (
        (0..REASONS.len()).prop_map(|at| REASONS[at]),
        (0..MODES.len()).prop_map(|at| MODES[at]),
        history(),
        (0.0..=1.0).prop_map(|value| Confidence::new(value).unwrap()),
        (0..TRUSTS.len()).prop_map(|at| TRUSTS[at]),
        any::<u32>().prop_map(ContextVersion),
    );
    let texts = (
        any::<(String, String, String, String)>(),
        vec(any::<String>(), 0..4),
        vec(any::<String>(), 0..4),
    );
    let maps = (findings(), findings(), findings(), findings());
    let times = (timestamp(), option::of(timestamp()));
    (who, how, texts, maps, times).prop_map(|(who, how, texts, maps, times)| {
        let ((id, conversation, task), user, source, target, chain, involved) = who;
        let (reason, mode, history, confidence, trust, version) = how;
        let ((original_task, summary, state, instructions), facts, decisions) = texts;
        let (findings, data, snapshot, metadata) = maps;
        let mut provenance = Provenance::default();
        provenance.add_all("findings", findings.keys(), trust);
        HandoffContext {
            version,
            id: id.into(),
            conversation: conversation.into(),
            task: task.into(),
            user: user.map(UserId::from),
            source,
            target,
            reason,
            mode,
            history,
            original_task: original_task.into(),
            summary,
            state,
            facts,
            decisions,
            findings,
            data,
            snapshot,
            confidence,
            instructions,
            chain,
            involved,
            metadata,
            created: times.0,
            expires: times.1,
            trust,
            provenance,
        }
    })
}

proptest! {
    #[test]
    fn a_context_is_read_back_from_json_without_loss(context in context()) {
        let json = serde_json::to_string(&context).unwrap();
        let read: HandoffContext = serde_json::from_str(&json).unwrap();
        assert_eq!(read, context);
    }
}

#[test]
fn a_context_of_the_first_version_still_reads_with_what_came_later_at_its_default() {
    let read: HandoffContext = serde_json::from_str(VERSION_0).unwrap();
    assert_eq!(read.version, ContextVersion::default());
    assert_eq!(read.target, AgentName::from("billing-department"));
    assert_eq!(read.findings["amount"], 12.5);
    assert_eq!((read.mode, read.history), (Mode::Warm, HistoryPolicy::Full));
    assert!(read.data.is_empty() && read.snapshot.is_empty() && read.involved.is_empty());
    assert_eq!(read.expires, None);
}

#[test]
fn what_is_written_now_says_its_version() {
    let old: HandoffContext = serde_json::from_str(VERSION_0).unwrap();
    let now = HandoffContext {
        version: ContextVersion::CURRENT,
        ..old
    };
    assert_eq!(serde_json::to_value(&now).unwrap()["version"], 1);
}

#[test]
fn a_field_of_a_later_version_is_left_out_and_the_rest_is_read() {
    let mut later: Value = serde_json::from_str(VERSION_0).unwrap();
    later["version"] = 7.into();
    later["mood"] = "angry".into();
    let read: HandoffContext = serde_json::from_value(later).unwrap();
    assert_eq!(read.version, ContextVersion(7));
    assert_eq!(&*read.original_task, "I was charged twice for order 4321");
}

#[test]
fn a_confidence_beyond_certainty_is_refused() {
    let mut wrong: Value = serde_json::from_str(VERSION_0).unwrap();
    wrong["confidence"] = 7.into();
    let error = serde_json::from_value::<HandoffContext>(wrong).unwrap_err();
    assert!(error.to_string().contains("7 is no confidence"), "{error}");
}
