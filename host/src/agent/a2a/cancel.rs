//! Whoever leaves calls off what they asked for.

use std::time::Duration;

use super::endpoint::Endpoint;

/// How long calling off may take; nobody waits for it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Calls the task off when dropped, unless it has ended by then.
pub(super) struct CallOff {
    endpoint: Endpoint,
    task: Option<String>,
}

impl CallOff {
    pub(super) fn new(endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            task: None,
        }
    }

    pub(super) fn know(&mut self, task: Option<&String>) {
        self.task = task.cloned();
    }

    /// There is nothing to call off any more.
    pub(super) fn end(mut self) {
        self.task = None;
    }
}

impl Drop for CallOff {
    fn drop(&mut self) {
        let (Some(task), Ok(runtime)) = (self.task.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        let endpoint = self.endpoint.clone();
        runtime.spawn(async move {
            match tokio::time::timeout(PATIENCE, endpoint.cancel(&task)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::debug!("a remote task cannot be called off: {error}"),
                Err(_) => tracing::debug!("a remote task was not called off in time"),
            }
        });
    }
}
