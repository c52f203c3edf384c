//! What a target that reads text is told of a handoff, by a template for each
//! reason. The operator may put others in the place of Baton's own.

mod view;

use std::{
    collections::BTreeSet,
    ops::Range,
    sync::{Arc, LazyLock},
};

use minijinja::{
    Environment, Error, State, UndefinedBehavior, Value, syntax::SyntaxConfig, value::Serde,
};

use self::view::{NAMES, View};
use crate::{
    contract::{HandoffContext, Reason},
    trust::{Trust, delimited},
};

/// Baton's own, and the two parts they have in common.
const STANDARD: [(&str, &str); 10] = [
    ("known.md", include_str!("template/known.md")),
    ("continue.md", include_str!("template/continue.md")),
    ("specialization", include_str!("template/specialization.md")),
    ("escalation", include_str!("template/escalation.md")),
    ("delegation", include_str!("template/delegation.md")),
    ("completion", include_str!("template/completion.md")),
    ("failure", include_str!("template/failure.md")),
    ("recovery", include_str!("template/recovery.md")),
    ("load-shedding", include_str!("template/load-shedding.md")),
    ("supervision", include_str!("template/supervision.md")),
];

static OWN: LazyLock<Arc<Templates>> = LazyLock::new(|| {
    Arc::new(Templates {
        environment: environment(),
        replaced: BTreeSet::new(),
    })
});

/// For which handoffs a template is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateFor {
    /// Those with this reason.
    Reason(Reason),
    /// Those with a reason that has no template of the operator's.
    Default,
}

impl TemplateFor {
    /// The name under which the operator's template is kept.
    fn key(self) -> String {
        match self {
            Self::Reason(reason) => format!("operator/{reason}"),
            Self::Default => "operator/default".to_owned(),
        }
    }
}

/// A template that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct WrongTemplate {
    /// What is wrong.
    pub message: String,
    /// Where in its text, in bytes.
    pub at: Range<usize>,
    /// What to do.
    pub help: Option<String>,
}

/// The templates of a desk.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    /// The names of the operator's.
    replaced: BTreeSet<String>,
}

impl Templates {
    /// Baton's own.
    pub fn standard() -> Arc<Self> {
        OWN.clone()
    }

    /// Baton's own, with some of the operator's in their place. Each is tried
    /// on a handoff with everything and on one with nothing, so that what is
    /// wrong with it shows before any customer waits.
    pub fn replaced_by(
        own: impl IntoIterator<Item = (TemplateFor, String)>,
    ) -> Result<Self, (TemplateFor, WrongTemplate)> {
        let mut templates = Self {
            environment: environment(),
            replaced: BTreeSet::new(),
        };
        for (place, text) in own {
            templates
                .replace(place, &text)
                .map_err(|wrong| (place, wrong))?;
        }
        Ok(templates)
    }

    fn replace(&mut self, place: TemplateFor, text: &str) -> Result<(), WrongTemplate> {
        let key = place.key();
        self.environment
            .add_template_owned(key.clone(), text.to_owned())
            .map_err(|error| wrong(&error, text))?;
        let template = self
            .environment
            .get_template(&key)
            .map_err(|error| wrong(&error, text))?;
        let known: BTreeSet<&str> = self.environment.globals().map(|(name, _)| name).collect();
        let mut unknown: Vec<String> = template
            .undeclared_variables(false)
            .into_iter()
            .filter(|name| !NAMES.contains(&name.as_str()) && !known.contains(name.as_str()))
            .collect();
        unknown.sort();
        if let Some(name) = unknown.first() {
            return Err(no_such(name, text));
        }
        for view in [View::full(), View::empty()] {
            template
                .render(Value::from(Serde(&view)))
                .map_err(|error| wrong(&error, text))?;
        }
        self.replaced.insert(key);
        Ok(())
    }

    /// The context as instructions: beside the conversation, never a message in
    /// it.
    pub fn render(&self, context: &HandoffContext) -> String {
        let view = Value::from(Serde(View::of(context)));
        let own = [TemplateFor::Reason(context.reason), TemplateFor::Default]
            .map(TemplateFor::key)
            .into_iter()
            .find(|key| self.replaced.contains(key));
        if let Some(key) = own {
            match self.fill(&key, &view) {
                Ok(text) => return text,
                // The target must not go without for a slip in a template.
                Err(error) => tracing::warn!(
                    template = key,
                    "a template failed, Baton's own is used: {error:#}"
                ),
            }
        }
        self.fill(context.reason.as_str(), &view)
            .unwrap_or_else(|error| {
                tracing::error!("Baton's own template failed: {error:#}");
                format!("You take over from {}.", context.source)
            })
    }

    fn fill(&self, name: &str, view: &Value) -> Result<String, Error> {
        let text = self.environment.get_template(name)?.render(view.clone())?;
        Ok(text.trim().to_owned() + "\n")
    }
}

/// With Baton's own templates and no escaping, for what is written is no HTML.
fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    // What one handoff's findings lack must not spoil the text.
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment.set_debug(true);
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build();
    match syntax {
        Ok(syntax) => environment.set_syntax(syntax),
        Err(error) => tracing::error!("{error}"),
    }
    environment.add_filter("quote", quote);
    environment.add_filter("json", json);
    environment.add_filter("data", data);
    for (name, text) in STANDARD {
        // A test renders every one of them.
        if let Err(error) = environment.add_template(name, text) {
            tracing::error!("Baton's own template {name}: {error:#}");
        }
    }
    environment
}

/// Marks every line as somebody else's words.
fn quote(text: &str) -> String {
    let lines = text.trim_end().lines().map(|line| format!("> {line}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// A field's text, marked as data unless operator or user wrote it.
fn data(state: &State<'_, '_>, body: String, field: String) -> String {
    let looked_up = |name: &str| state.lookup(name).unwrap_or_default();
    let level = looked_up("levels").get_attr(&field).ok();
    let trust = level
        .and_then(|level| u8::try_from(level).ok())
        .and_then(|percent| Trust::try_from(percent).ok())
        // A value without a source is nobody's word.
        .unwrap_or(Trust::MODEL);
    let body = body.trim_end();
    if trust >= Trust::USER {
        return format!("{body}\n");
    }
    let source = looked_up("source");
    let source = format!("{field} from {}", source.as_str().unwrap_or("an agent"));
    delimited(&source, trust, body) + "\n"
}

/// The value on one line: a line break in it cannot begin a section.
fn json(value: Value) -> Result<String, Error> {
    serde_json::to_string(&value).map_err(|error| {
        Error::new(
            minijinja::ErrorKind::BadSerialization,
            "cannot be written as JSON",
        )
        .with_source(error)
    })
}

/// What the template engine says, at its place in the text.
fn wrong(error: &Error, text: &str) -> WrongTemplate {
    let mut message = error.kind().to_string();
    if let Some(detail) = error.detail() {
        message = format!("{message}: {detail}");
    }
    let line = error.line().unwrap_or(1);
    WrongTemplate {
        message,
        at: error
            .range()
            .filter(|range| text.get(range.clone()).is_some())
            .unwrap_or_else(|| range_of_line(text, line)),
        help: None,
    }
}

fn range_of_line(text: &str, line: usize) -> Range<usize> {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let rest = text.get(before..).unwrap_or_default();
    before..before + rest.lines().next().unwrap_or_default().len()
}

fn no_such(name: &str, text: &str) -> WrongTemplate {
    let start = text.find(name).unwrap_or_default();
    let meant = crate::nearest::nearest(name, &NAMES, |known| known);
    WrongTemplate {
        message: format!("a handoff has no `{name}`"),
        at: start..start + name.len(),
        help: Some(match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("it has {}", NAMES.join(", ")),
        }),
    }
}

#[cfg(test)]
mod tests;
