use super::*;

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

#[test]
fn a_parent_is_read_as_the_standard_says() {
    let parent = TraceParent::read(PARENT, Some("shop=1,bank=2")).unwrap().0;
    assert_eq!(
        parent.trace_id().to_string(),
        "0af7651916cd43dd8448eb211c80319c"
    );
    assert_eq!(parent.span_id().to_string(), "b7ad6b7169203331");
    assert!(parent.is_sampled() && parent.is_remote());
    assert_eq!(parent.trace_state().header(), "shop=1,bank=2");
    // A later version may say more.
    let later = PARENT.replacen("00", "01", 1) + "-more";
    assert!(TraceParent::read(&later, None).is_some());
    let quiet = PARENT.replace("-01", "-00");
    assert!(!TraceParent::read(&quiet, None).unwrap().0.is_sampled());
}

#[test]
fn what_is_no_parent_begins_a_new_trace() {
    for wrong in [
        "",
        "00",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-+af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ] {
        assert!(TraceParent::read(wrong, None).is_none(), "{wrong}");
    }
}

#[test]
fn a_state_that_cannot_be_read_is_left_out() {
    let parent = TraceParent::read(PARENT, Some("no state")).unwrap();
    assert_eq!(parent.0.trace_state().header(), "");
}

#[tokio::test]
async fn without_a_collector_nothing_is_passed_on() {
    let span = Span::below(|| unreachable!("nobody listens"));
    assert!(span.around(async { passed_on() }).await.is_empty());
    span.end(None);
}
