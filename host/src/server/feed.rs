//! What happens in all conversations, as it happens. Other processes work on
//! the same store, so it is the store that is looked at.

use std::{sync::Arc, time::Duration};

use axum::response::sse::KeepAlive;
use futures_util::{Stream, stream};

use super::Hall;
use crate::handoff::Logged;

/// How often to look for new events: soon enough for whoever watches, and
/// seldom enough for the store.
const LOOKS: Duration = Duration::from_millis(200);

/// Events read at once: more than happen between two looks at full load.
const AT_ONCE: usize = 1000;

/// How often a comment is sent while nothing happens, so that no proxy takes
/// the connection for dead; theirs wait a minute and more.
const ALIVE: Duration = Duration::from_secs(15);

/// With the comments that keep a connection open.
pub(super) fn alive() -> KeepAlive {
    KeepAlive::new().interval(ALIVE)
}

/// The events after that place, until the desk is closed.
pub(super) fn after(hall: Arc<Hall>, place: u64) -> impl Stream<Item = Vec<Logged>> {
    stream::unfold((hall, place), async |(hall, place)| {
        loop {
            let found = hall.desk().store().events_after(place, AT_ONCE).await;
            match found {
                Ok(batch) if !batch.is_empty() => {
                    let place = batch.last().map_or(place, |last| last.place);
                    return Some((batch, (hall, place)));
                }
                Ok(_) => {}
                Err(error) => tracing::warn!("events cannot be followed: {error}"),
            }
            let closing = hall.closing.cancelled();
            if tokio::time::timeout(LOOKS, closing).await.is_ok() {
                return None;
            }
        }
    })
}
