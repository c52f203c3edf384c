//! Spans: what is under way, and below what.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Instant, SystemTime},
};

use opentelemetry::{
    KeyValue, Value,
    trace::{SpanContext, SpanId, TraceFlags, TraceId},
};
use pin_project_lite::pin_project;

use super::{Described, TraceParent};

/// Whether spans tell what was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Content {
    /// They do not: texts of users are nobody's business who looks at times.
    #[default]
    LeftOut,
    /// They do, for the operator has asked for it.
    Told,
}

/// Who collects spans.
pub trait Tracer: Send + Sync {
    /// Whether they are to tell what was said.
    fn content(&self) -> Content;

    /// Takes one that is over. Must not wait: a turn does.
    fn take(&self, span: Ended);
}

/// A span that is over.
pub struct Ended {
    /// Which one, in which trace.
    pub context: SpanContext,
    /// The one above it.
    pub parent: Option<SpanContext>,
    /// What it was, and what is known of it.
    pub described: Described,
    /// When it began.
    pub began: SystemTime,
    /// When it was over.
    pub ended: SystemTime,
    /// What went wrong, in one word.
    pub error: Option<&'static str>,
}

tokio::task_local! {
    static CURRENT: Arc<Here>;
}

/// A span, as those below it know it.
struct Here {
    tracer: Arc<dyn Tracer>,
    context: SpanContext,
}

/// Something that takes time. What is dropped before it has ended was broken
/// off.
pub struct Span(Option<Box<Open>>);

struct Open {
    here: Arc<Here>,
    parent: Option<SpanContext>,
    described: Described,
    began: SystemTime,
    error: Option<&'static str>,
}

/// The word for what was dropped before its end.
const BROKEN_OFF: &str = "cancelled";

impl Span {
    /// The first span of this desk, for `tracer` if there is one; what it is a
    /// part of elsewhere is `parent`.
    pub fn first(
        tracer: Option<&Arc<dyn Tracer>>,
        parent: Option<TraceParent>,
        began: Instant,
        describe: impl FnOnce() -> Described,
    ) -> Self {
        let open = |tracer: &Arc<dyn Tracer>| {
            let mut open = Open::new(tracer, parent.map(|p| p.0), describe());
            open.began = open
                .began
                .checked_sub(began.elapsed())
                .unwrap_or(open.began);
            Box::new(open)
        };
        Self(tracer.map(open))
    }

    /// A span below the current one, if there is one.
    pub fn below(describe: impl FnOnce() -> Described) -> Self {
        let above = CURRENT.try_with(Arc::clone).ok();
        let open =
            |above: Arc<Here>| Open::new(&above.tracer, Some(above.context.clone()), describe());
        Self(above.map(open).map(Box::new))
    }

    /// Adds what is known only later.
    pub fn note<V: Into<Value>>(&mut self, name: &'static str, value: impl FnOnce() -> Option<V>) {
        if let Some(open) = &mut self.0
            && let Some(value) = value()
        {
            let attribute = KeyValue::new(name, value);
            open.described.attributes.push(attribute);
        }
    }

    /// Adds what was said, if that is asked for.
    pub fn tell(&mut self, name: &'static str, text: impl FnOnce() -> String) {
        let told = |open: &Open| open.here.tracer.content() == Content::Told;
        if self.0.as_deref().is_some_and(told) {
            self.note(name, || Some(text()));
        }
    }

    /// With this span as the current one, `work` is done.
    pub fn around<F: Future>(&self, work: F) -> Around<F> {
        self.place().around(work)
    }

    /// Where work is done below it, for work that adds to the span itself.
    pub fn place(&self) -> Place {
        Place(self.0.as_ref().map(|open| open.here.clone()))
    }

    /// Notes that it failed, in one word, if it has; for what ends early.
    pub fn checked<T, E>(&mut self, error: &'static str, result: Result<T, E>) -> Result<T, E> {
        if let (Some(open), Err(_)) = (&mut self.0, &result) {
            open.error = Some(error);
        }
        result
    }

    /// It is over; what went wrong, in one word of a few.
    pub fn end(mut self, error: Option<&'static str>) {
        if let Some(open) = &mut self.0 {
            open.error = error;
        }
    }
}

/// A span as the current one.
pub struct Place(Option<Arc<Here>>);

impl Place {
    /// Here `work` is done.
    pub fn around<F: Future>(self, work: F) -> Around<F> {
        Around { here: self.0, work }
    }
}

impl Open {
    fn new(tracer: &Arc<dyn Tracer>, parent: Option<SpanContext>, described: Described) -> Self {
        let (trace, flags, state) = match &parent {
            Some(parent) => (
                parent.trace_id(),
                parent.trace_flags(),
                parent.trace_state().clone(),
            ),
            None => (
                TraceId::from(rand::random::<u128>()),
                TraceFlags::SAMPLED,
                Default::default(),
            ),
        };
        let id = SpanId::from(rand::random::<u64>());
        let context = SpanContext::new(trace, id, flags, false, state);
        let tracer = tracer.clone();
        Self {
            here: Arc::new(Here { tracer, context }),
            parent,
            described,
            began: SystemTime::now(),
            error: Some(BROKEN_OFF),
        }
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        let Some(open) = self.0.take() else {
            return;
        };
        // Whoever began the trace has decided whether it is collected.
        if open.here.context.is_sampled() {
            open.here.tracer.take(Ended {
                context: open.here.context.clone(),
                parent: open.parent,
                described: open.described,
                began: open.began,
                ended: SystemTime::now(),
                error: open.error,
            });
        }
    }
}

/// The span that is current, as others know it.
pub(super) fn current() -> Option<SpanContext> {
    CURRENT.try_with(|here| here.context.clone()).ok()
}

pin_project! {
    /// Work with a span around it. Not an async block, which would keep the
    /// work twice, and turns are moved about.
    pub struct Around<F> {
        here: Option<Arc<Here>>,
        #[pin]
        work: F,
    }
}

impl<F: Future> Future for Around<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        match this.here {
            None => this.work.poll(context),
            Some(here) => CURRENT.sync_scope(here.clone(), || this.work.poll(context)),
        }
    }
}
