use jiff::Timestamp;

use super::*;
use crate::skill::Approval;

const NAME: &str = "finance";

/// A folder in which one file calls itself `finance`.
struct Scene {
    file: &'static str,
    digest: u8,
    wants: BTreeMap<Grant, String>,
    says: Entitlement,
    lock: Lock,
}

impl Scene {
    fn new(grants: &[&str], wants: &[Grant]) -> Self {
        let grants = grants.iter().map(|word| word.parse().unwrap()).collect();
        Self {
            file: "finance.wasm",
            digest: 1,
            wants: wants.iter().map(|w| (*w, "{}".to_owned())).collect(),
            says: Entitlement {
                grants: GrantRule::Listed(grants),
                upgrade: UpgradeRule::Ask,
            },
            lock: Lock::default(),
        }
    }

    fn see(&mut self) -> Standing {
        let name = SkillName::from(NAME);
        let claimant = Claimant {
            name: &name,
            file: self.file,
            digest: Digest([self.digest; 32]),
            wants: &self.wants,
        };
        for word in first_seen(claimant, &self.says, &self.lock) {
            approve(&mut self.lock, claimant, word, Origin::Config);
        }
        Standing::of(claimant, &self.says, &self.lock)
    }

    fn command(&mut self, word: &str) {
        let name = SkillName::from(NAME);
        let claimant = Claimant {
            name: &name,
            file: self.file,
            digest: Digest([self.digest; 32]),
            wants: &self.wants,
        };
        approve(
            &mut self.lock,
            claimant,
            word.parse().unwrap(),
            Origin::Command,
        );
    }
}

fn approve(lock: &mut Lock, claimant: Claimant<'_>, word: GrantWord, origin: Origin) {
    let approval = Approval {
        file: claimant.file.to_owned(),
        digest: claimant.digest.to_string(),
        version: "1.0.0".to_owned(),
        wanted: claimant.wants.get(&word.grant()).cloned(),
        origin,
        by: "anna".to_owned(),
        at: Timestamp::now(),
    };
    lock.approve(claimant.name, word, approval);
}

fn granted(standing: &Standing) -> Vec<String> {
    standing.granted.words().map(ToString::to_string).collect()
}

const ALL: [Grant; 4] = [
    Grant::Agents,
    Grant::Payments,
    Grant::Http,
    Grant::HooksOnAll,
];

#[test]
fn a_file_seen_for_the_first_time_has_what_the_configuration_grants_its_name() {
    let mut scene = Scene::new(&["agents", "payments"], &ALL);
    let standing = scene.see();
    assert_eq!(granted(&standing), ["agents", "payments"]);
    assert!(standing.waiting.is_empty() && standing.stranger_to.is_none());
}

#[test]
fn another_file_of_the_same_name_inherits_nothing_not_even_with_the_same_bytes() {
    let mut scene = Scene::new(&["agents", "payments"], &ALL);
    scene.see();
    scene.file = "stranger.wasm";
    for digest in [1, 2] {
        scene.digest = digest;
        let standing = scene.see();
        assert_eq!(granted(&standing), [""; 0]);
        assert_eq!(standing.waiting.len(), 2);
        assert_eq!(standing.stranger_to.as_deref(), Some("finance.wasm"));
        let name = SkillName::from(NAME);
        assert_ne!(standing.memory(&name, "stranger.wasm"), name);
    }
}

#[test]
fn what_is_approved_for_a_stranger_is_that_and_no_more() {
    let mut scene = Scene::new(&["agents", "payments"], &ALL);
    scene.see();
    scene.file = "stranger.wasm";
    scene.command("agents");
    let standing = scene.see();
    assert_eq!(granted(&standing), ["agents"]);
    assert_eq!(standing.stranger_to, None);
    assert!(matches!(
        standing.waiting.values().next(),
        Some(Waiting::OtherFile { file }) if file == "finance.wasm"
    ));
}

#[test]
fn a_new_version_keeps_harmless_grants_and_waits_for_the_others() {
    let words = ["agents", "hooks-on-all", "http:a.example", "payments"];
    let mut scene = Scene::new(&words, &ALL);
    scene.see();
    scene.digest = 2;
    let standing = scene.see();
    assert_eq!(granted(&standing), ["agents"]);
    assert_eq!(standing.waiting.len(), 3);
    scene.command("payments");
    assert_eq!(granted(&scene.see()), ["agents", "payments"]);
    scene.digest = 1;
    let back = granted(&scene.see());
    assert!(!back.contains(&"payments".to_owned()), "{back:?}");
}

#[test]
fn a_new_version_follows_if_the_operator_says_so_but_not_into_what_is_newly_wanted() {
    let mut scene = Scene::new(&["payments", "tickets"], &[Grant::Payments]);
    scene.says.upgrade = UpgradeRule::Follow;
    scene.see();
    scene.digest = 2;
    assert_eq!(granted(&scene.see()), ["tickets", "payments"]);
    scene.wants.insert(Grant::Tickets, "{}".to_owned());
    assert_eq!(granted(&scene.see()), ["payments"]);
    let more = "{\"per-day\":\"500 USD\"}".to_owned();
    scene.wants.insert(Grant::Payments, more);
    let standing = scene.see();
    assert_eq!(granted(&standing), [""; 0]);
    let newly = |why: &Waiting| matches!(why, Waiting::NewlyWanted { .. });
    assert!(standing.waiting.values().all(newly), "{standing:?}");
}

#[test]
fn what_cannot_be_recorded_is_not_granted() {
    let scene = Scene::new(&["agents"], &ALL);
    let name = SkillName::from(NAME);
    let claimant = Claimant {
        name: &name,
        file: scene.file,
        digest: Digest([1; 32]),
        wants: &scene.wants,
    };
    let standing = Standing::of(claimant, &scene.says, &scene.lock);
    assert_eq!(granted(&standing), [""; 0]);
}

#[test]
fn an_audited_skill_has_nothing_whatever_was_granted() {
    let mut scene = Scene::new(&["agents"], &ALL);
    scene.command("payments");
    scene.says.grants = GrantRule::Audit;
    let standing = scene.see();
    assert_eq!(granted(&standing), [""; 0]);
    assert_eq!(standing.waiting.len(), 1);
}

#[test]
fn what_is_taken_out_of_the_configuration_is_not_granted_any_more() {
    let mut scene = Scene::new(&["agents"], &ALL);
    scene.see();
    scene.says = Entitlement::default();
    assert_eq!(granted(&scene.see()), [""; 0]);
}
