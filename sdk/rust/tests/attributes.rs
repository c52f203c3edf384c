//! What the attributes make of a skill, seen as the host sees it.

use baton_sdk::prelude::*;
use baton_sdk::testing::{Conversation, Desk, describe};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Looks after parcels.
///
/// Has a second paragraph.
#[skill(name = "parcels", version = "3.1.4", state_version = 7, depends = ["agents"])]
pub struct ParcelDesk {
    seen: Vec<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Size {
    Small,
    Large,
}

#[derive(Serialize)]
struct Price {
    cents: u32,
}

#[skill]
impl ParcelDesk {
    /// Everything that is shipped.
    #[handoff(
        "shipping",
        priority = -5,
        timeout = "2m",
        keywords = ["ship", "parcel"],
        scopes = ["customer"],
        reason = "delegation",
        mode = "cold",
        ownership = "returns",
        metadata(urgent = true, floor = -2, "kind-of" = "a \"parcel\"")
    )]
    fn shipping(&self, query: &Query);

    /// Whoever is uncertain asks for help.
    #[handoff("help", name = "uncertain")]
    fn sounds_uncertain(&self, query: &Query) -> Option<Grounds> {
        query
            .mentions("perhaps")
            .then(|| Grounds::new().confidence(0.5).finding("tone", "soft"))
    }

    #[handoff(targets = ["north", "south"])]
    fn direction(&self, query: &Query) -> Option<&str> {
        query.mentions("oslo").then_some("north")
    }

    #[handoff(targets = ["south", "east"])]
    fn other_direction(&self, query: &Query) -> Option<String> {
        query.mentions("rome").then(|| "south".to_owned())
    }

    #[hook(before_handoff, order = 3, targets = ["shipping"])]
    fn refuse_elephants(&mut self, handoff: &HandoffContext) -> Result<Patch, Refusal> {
        self.seen.push(handoff.original_task.clone());
        if handoff.original_task.contains("elephant") {
            return Err(Refusal::not_allowed("too heavy"));
        }
        Ok(Patch::new()
            .fact("It can be carried.")
            .instructions("Be quick.")
            .instructions("Be kind."))
    }

    #[hook(after_handoff)]
    fn look(&self, _: &HandoffContext, _: &Outcome) {}

    /// Says a price.
    #[tool(effect = "read", scopes = ["customer"])]
    fn price(
        &self,
        caller: &Caller,
        /// How large it is.
        size: Size,
        /// How many there are.
        count: Option<u32>,
    ) -> Price {
        let each = if matches!(size, Size::Small) {
            500
        } else {
            900
        };
        let discount = if caller.has_scope("staff") { 2 } else { 1 };
        Price {
            cents: each * count.unwrap_or(1) / discount,
        }
    }

    /// Fails, and remembers that it did.
    #[tool]
    fn fail(&mut self) -> Result<(), ToolError> {
        self.seen.push("failure".to_owned());
        Err(ToolError::failed("as always"))
    }

    fn helper(&self) -> usize {
        self.seen.len()
    }
}

#[test]
fn the_struct_says_who_the_skill_is() {
    let skill = describe::<ParcelDesk>();
    assert_eq!(
        (skill.name.as_str(), skill.version.as_str()),
        ("parcels", "3.1.4")
    );
    assert_eq!(
        skill.description,
        "Looks after parcels.\n\nHas a second paragraph."
    );
    assert_eq!(
        (skill.state_version, skill.depends),
        (7, vec!["agents".to_owned()])
    );
    assert_eq!(skill.targets, ["north", "south", "east"]);
    assert_eq!(ParcelDesk::default().helper(), 0);
}

#[test]
fn a_handoff_is_declared_as_its_attribute_says() {
    let handoff = &describe::<ParcelDesk>().handoffs[0];
    assert_eq!(
        (handoff.name.as_str(), handoff.target.as_deref()),
        ("shipping", Some("shipping"))
    );
    assert_eq!((handoff.priority, handoff.timeout_ms), (-5, Some(120_000)));
    assert_eq!(
        (handoff.decided_by.as_str(), &*handoff.triggers),
        ("triggers", &["ship".to_owned(), "parcel".to_owned()][..])
    );
    assert_eq!(
        (
            handoff.reason.as_str(),
            handoff.mode.as_str(),
            handoff.ownership.as_str()
        ),
        ("delegation", "cold", "returns")
    );
    assert_eq!(handoff.description, "Everything that is shipped.");
    let metadata: Vec<_> = handoff
        .metadata
        .iter()
        .map(|pair| (pair.name.as_str(), pair.value.as_str()))
        .collect();
    assert_eq!(
        metadata,
        [
            ("urgent", "true"),
            ("floor", "-2"),
            ("kind-of", r#""a \"parcel\"""#)
        ]
    );
}

#[test]
fn each_condition_answers_at_its_position() {
    let answers = |text: &str| {
        let verdicts = Conversation::<ParcelDesk>::at(Desk::new()).evaluate(&Query::new(text));
        format!("{verdicts:?}")
    };
    assert_eq!(
        answers("a parcel"),
        "[Verdict::Pass, Verdict::Pass, Verdict::Pass, Verdict::Pass]"
    );
    let both = answers("perhaps to Oslo, or Rome");
    assert!(
        both.contains(r#"target: "help", confidence: 0.5"#),
        "{both}"
    );
    assert!(
        both.contains(r#"target: "north", confidence: 1.0"#),
        "{both}"
    );
    assert!(
        both.contains(r#"target: "south", confidence: 1.0"#),
        "{both}"
    );
}

#[test]
fn hooks_amend_refuse_and_observe() {
    let skill = describe::<ParcelDesk>();
    let declared: Vec<_> = skill
        .hooks
        .iter()
        .map(|it| {
            (
                &*it.name,
                &*it.point,
                it.order,
                &*it.access,
                &*it.on_failure,
                &*it.handoffs,
            )
        })
        .collect();
    assert_eq!(
        declared,
        [
            (
                "refuse-elephants",
                "before-handoff",
                3,
                "amend",
                "refuse",
                "own"
            ),
            ("look", "after-handoff", 0, "observe", "continue", "own"),
        ]
    );
    let conversation = Conversation::<ParcelDesk>::at(Desk::new());
    let context = |task| HandoffContext::sample("shipping", task);
    let patch = conversation.before_handoff(0, &context("a mouse")).unwrap();
    assert_eq!(patch.instructions.as_deref(), Some("Be quick.\nBe kind."));
    let refusal = conversation
        .before_handoff(0, &context("an elephant"))
        .unwrap_err();
    assert_eq!(
        (refusal.code.as_str(), refusal.message.as_str()),
        ("not-allowed", "too heavy")
    );
    let outcome = Outcome::success("shipping", "Done.");
    assert_eq!(
        conversation
            .after_handoff(1, &context("a mouse"), &outcome)
            .unwrap()
            .replace,
        None
    );
    assert!(
        conversation
            .after_handoff(0, &context("a mouse"), &outcome)
            .is_err()
    );
}

#[test]
fn a_tool_takes_what_its_schema_says_and_names_what_does_not_fit() {
    let tool = &describe::<ParcelDesk>().tools[0];
    assert_eq!(
        tool.parameters,
        r#"{"properties":{"count":{"description":"How many there are.","format":"uint32","minimum":0,"type":["integer","null"]},"size":{"description":"How large it is.","enum":["small","large"],"type":"string"}},"required":["size"],"type":"object"}"#
    );
    let conversation = Conversation::<ParcelDesk>::at(Desk::new());
    let price = |arguments| {
        conversation
            .call("price", arguments)
            .map_err(|it| it.to_string())
    };
    assert_eq!(price(r#"{"size":"large"}"#).unwrap(), r#"{"cents":900}"#);
    assert_eq!(
        price(r#"{"size":"small","count":3}"#).unwrap(),
        r#"{"cents":1500}"#
    );
    assert_eq!(price("{}").unwrap_err(), "argument `size` is missing");
    assert_eq!(
        price("[]").unwrap_err(),
        "the arguments must be a JSON object"
    );
    assert_eq!(
        price(r#"{"size":"small","count":"3"}"#).unwrap_err(),
        "argument `count`: invalid type: string \"3\", expected u32"
    );
    let unknown = conversation.call("prize", "{}").unwrap_err();
    assert_eq!(unknown.to_string(), "this skill has no tool `prize`");
}

#[test]
fn what_a_tool_remembered_before_it_failed_is_kept() {
    let desk = Desk::new();
    let failure = Conversation::<ParcelDesk>::at(desk.clone())
        .call("fail", "{}")
        .unwrap_err();
    assert_eq!(failure.to_string(), "as always");
    assert_eq!(
        desk.memory().as_deref(),
        Some(&br#"{"seen":["failure"]}"#[..])
    );
}

/// Spends and calls within bounds.
#[skill(hosts = ["crm.example.com", "*.a.example:8443"], spending = "0.50 USD")]
pub struct Bounded;

#[skill]
impl Bounded {
    #[handoff("shipping", keywords = ["ship"])]
    fn shipping(&self, query: &Query);
}

#[test]
fn the_bounds_of_what_a_skill_wants_are_in_its_manifest() {
    let wants = describe::<Bounded>().wants;
    let said: Vec<(&str, &str, &str)> = wants
        .iter()
        .map(|want| {
            let bound = &want.parameters[0];
            (
                want.capability.as_str(),
                bound.name.as_str(),
                bound.value.as_str(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            ("http", "hosts", r#"["crm.example.com","*.a.example:8443"]"#),
            ("payments", "per-day", r#"["0.50 USD"]"#),
        ]
    );
}
