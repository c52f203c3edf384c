use super::*;

fn kept(conversation: &str, instance: u32) -> Kept<u32> {
    Kept {
        conversation: conversation.into(),
        user: Some("ada".into()),
        last: None,
        heard: Trust::TOOL,
        instance,
    }
}

fn take(place: &WarmPlace<u32>, conversation: &str) -> Option<u32> {
    let kept = place.take(&conversation.into(), Some(&"ada".into()))?;
    Some(kept.instance)
}

#[test]
fn an_instance_is_taken_once_by_its_conversation_and_user_and_nobody_else() {
    let pool = WarmPool::new(8, IDLE);
    let (place, other) = (pool.place(), pool.place());
    place.keep(kept("a", 1));
    assert_eq!(take(&place, "b"), None);
    assert_eq!(take(&other, "a"), None);
    assert_eq!(take(&place, "a"), Some(1));
    assert_eq!(take(&place, "a"), None);

    place.keep(kept("a", 2));
    let foreign = place.take(&"a".into(), Some(&"bob".into()));
    assert!(foreign.is_none());
    assert_eq!(take(&place, "a"), None, "what a stranger asked for is gone");
}

#[test]
fn of_two_instances_of_a_conversation_the_first_is_kept() {
    let place = WarmPool::new(8, IDLE).place();
    place.keep(kept("a", 1));
    place.keep(kept("a", 2));
    assert_eq!(take(&place, "a"), Some(1));
    assert_eq!(take(&place, "a"), None);
}

#[test]
fn beyond_the_limit_the_one_unused_for_longest_is_dropped() {
    let pool = WarmPool::new(2, IDLE);
    let (place, other) = (pool.place(), pool.place());
    place.keep(kept("a", 1));
    other.keep(kept("b", 2));
    let used = place.take(&"a".into(), Some(&"ada".into()));
    place.keep(used.unwrap());
    other.keep(kept("c", 3));
    assert_eq!(take(&other, "b"), None);
    assert_eq!(take(&place, "a"), Some(1));

    pool.give_way();
    assert_eq!(take(&other, "c"), None);
}

#[test]
fn a_version_that_is_gone_takes_its_instances_along_and_no_others() {
    let pool = WarmPool::new(8, IDLE);
    let (old, new) = (pool.place(), pool.place());
    let instance = Arc::new(());
    let of = |conversation: &str| Kept {
        conversation: conversation.into(),
        user: None,
        last: None,
        heard: Trust::TOOL,
        instance: instance.clone(),
    };
    old.keep(of("a"));
    old.keep(of("b"));
    new.keep(of("a"));
    drop(old);
    assert_eq!(Arc::strong_count(&instance), 2);
    new.forget(&"a".into());
    assert_eq!(Arc::strong_count(&instance), 1);
}

#[tokio::test]
async fn one_that_nobody_uses_is_dropped_in_time_and_the_pool_looked_after_again() {
    let pool = WarmPool::new(8, Duration::from_millis(50));
    let place = pool.place();
    for _ in 0..2 {
        let instance = Arc::new(());
        place.keep(Kept {
            conversation: "a".into(),
            user: None,
            last: None,
            heard: Trust::TOOL,
            instance: instance.clone(),
        });
        assert_eq!(Arc::strong_count(&instance), 2);
        let gone = async {
            while Arc::strong_count(&instance) > 1 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(10), gone).await;
        assert!(in_time.is_ok(), "it is still there");
    }
}
