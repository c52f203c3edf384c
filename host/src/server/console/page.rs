//! How a page is made.

use std::sync::LazyLock;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use minijinja::{Environment, Value, context};

use super::session::Session;
use crate::server::admin::Problem;

/// Nothing but our own files, and no script or style within a page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    for (name, text) in [
        ("layout.html", include_str!("templates/layout.html")),
        ("macros.html", include_str!("templates/macros.html")),
        ("sign-in.html", include_str!("templates/sign-in.html")),
        ("problem.html", include_str!("templates/problem.html")),
        ("live.html", include_str!("templates/live.html")),
        ("turn.html", include_str!("templates/turn.html")),
        ("why.html", include_str!("templates/why.html")),
        (
            "conversation.html",
            include_str!("templates/conversation.html"),
        ),
        ("inbox.html", include_str!("templates/inbox.html")),
        ("ticket.html", include_str!("templates/ticket.html")),
        ("skills.html", include_str!("templates/skills.html")),
        ("agents.html", include_str!("templates/agents.html")),
        ("flow.html", include_str!("templates/flow.html")),
        ("ledger.html", include_str!("templates/ledger.html")),
        ("letters.html", include_str!("templates/letters.html")),
    ] {
        // A test has read each of them; what is wrong is told when it is asked for.
        if let Err(error) = environment.add_template(name, text) {
            tracing::error!("the console's page {name} is wrong: {error:#}");
        }
    }
    environment
});

/// A piece of a page, or a whole one that needs no session.
pub(super) fn piece(name: &str, values: Value) -> Result<String, Problem> {
    let made = TEMPLATES.get_template(name).and_then(|t| t.render(values));
    made.map_err(|error| {
        tracing::error!("the console's page {name} cannot be made: {error:#}");
        Problem {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            detail: "the page cannot be made; the log says why".to_owned(),
        }
    })
}

/// A page for whoever is signed in.
pub(super) fn page(name: &str, session: &Session, values: Value) -> Result<Response, Problem> {
    let signed_in = context! {
        csrf => &session.csrf,
        person => &session.person,
        ..values
    };
    Ok(Html(piece(name, signed_in)?).into_response())
}

/// What went wrong, as a page.
pub(super) struct Wrong(pub(super) Problem);

impl<E: Into<Problem>> From<E> for Wrong {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        let Self(Problem { status, detail }) = self;
        let values = context! {
            title => status.canonical_reason().unwrap_or("Error"),
            detail,
        };
        match piece("problem.html", values) {
            Ok(text) => (status, Html(text)).into_response(),
            Err(problem) => problem.into_response(),
        }
    }
}

/// What every answer of the console says to the browser.
pub(super) async fn protect(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // With none at all, browsers would hide from where a form is sent.
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Pages have what customers said.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read() {
        let mut names: Vec<&str> = TEMPLATES.templates().map(|(name, _)| name).collect();
        names.sort_unstable();
        assert_eq!(names.len(), 15, "{names:?}");
    }

    #[test]
    fn what_is_said_is_text_and_never_markup() {
        let values = context! { title => "<script>1</script>", detail => "\"><img src=x>" };
        let page = piece("problem.html", values).unwrap();
        assert!(
            !page.contains("<script>1") && !page.contains("<img src=x"),
            "{page}"
        );
    }
}
