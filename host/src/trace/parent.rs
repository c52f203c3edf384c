//! What a trace is called between programs: the headers of W3C Trace Context
//! (<https://www.w3.org/TR/trace-context/>).

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

use super::span::current;

/// The span of somebody else that a turn is a part of.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceParent(pub(super) SpanContext);

impl TraceParent {
    /// As the headers `traceparent` and `tracestate` say it. What cannot be read
    /// begins a new trace: nobody's message is refused for it.
    pub fn read(parent: &str, state: Option<&str>) -> Option<Self> {
        let mut parts = parent.trim().split('-');
        let (version, trace, span, flags) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let too_long = version == "00" && parts.next().is_some();
        let sizes = [version, trace, span, flags].map(str::len) == [2, 32, 16, 2];
        let digits = |part: &str| part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let all_digits = [version, trace, span, flags].into_iter().all(digits);
        if too_long || version == "ff" || !sizes || !all_digits {
            return None;
        }
        let flags = u8::from_str_radix(flags, 16).ok()?;
        let state = state.and_then(|state| state.parse::<TraceState>().ok());
        let context = SpanContext::new(
            TraceId::from_hex(trace).ok()?,
            SpanId::from_hex(span).ok()?,
            // The only flag that says something here.
            TraceFlags::new(flags) & TraceFlags::SAMPLED,
            true,
            state.unwrap_or_default(),
        );
        context.is_valid().then_some(Self(context))
    }
}

/// The headers by which another program makes its spans a part of the current
/// one.
pub fn passed_on() -> Vec<(&'static str, String)> {
    let Some(context) = current() else {
        return Vec::new();
    };
    let parent = format!(
        "00-{}-{}-{:02x}",
        context.trace_id(),
        context.span_id(),
        context.trace_flags()
    );
    let mut headers = vec![("traceparent", parent)];
    let state = context.trace_state().header();
    if !state.is_empty() {
        headers.push(("tracestate", state));
    }
    headers
}
