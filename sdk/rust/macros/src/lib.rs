//! The attributes of `baton-sdk`. Their documentation for authors is there;
//! here is how they are read (`settings`, `handoff`, `hook`, `tool`) and what
//! is written for them (`identity` for the struct, `functions` for the `impl` of a
//! skill, `agent` for that of an agent).

mod agent;
mod functions;
mod handoff;
mod hook;
mod identity;
mod names;
mod settings;
mod signature;
mod tool;
mod wants;

use identity::Kind;
use proc_macro::TokenStream;
use syn::{Error, Item, parse_macro_input};

/// Makes a struct a skill, and its `impl` block what the skill does; it stands
/// on both.
///
/// On the struct: `name` (otherwise the struct's, as `customer-service`),
/// `version` (the crate's), `description` (the doc comment), `state_version`,
/// `depends = ["…"]`. Fields are the skill's memory of one conversation: each
/// needs a default and must be something serde can write, and the struct gets
/// `Default`, `Serialize` and `Deserialize` from here.
#[proc_macro_attribute]
pub fn skill(settings: TokenStream, item: TokenStream) -> TokenStream {
    let settings = settings.into();
    match parse_macro_input!(item as Item) {
        Item::Struct(item) => identity::expand(settings, item, Kind::Skill),
        Item::Impl(item) => functions::expand(settings, item),
        other => Err(Error::new_spanned(
            other,
            "`#[skill]` stands on a struct and on that struct's `impl` block",
        )),
    }
    .unwrap_or_else(Error::into_compile_error)
    .into()
}

/// Makes a struct an agent, and its function `answer` what it answers; it stands
/// on the struct and on its `impl` block.
///
/// On the struct: `name`, `version`, `description`, `state_version`, `hosts`,
/// `spending` and `config` as for `#[skill]`, `examples = ["…"]` (what people say
/// who need it) and `offers = ["…"]`. Fields are the agent's memory of one
/// conversation. In the `impl` block: `fn answer(&self, request: &Request)`, or
/// with `&mut self`, which returns a text, a `Reply`, a `HandOver`, an `Option`
/// of these, or a `Result` of these and `Declined`.
#[proc_macro_attribute]
pub fn agent(settings: TokenStream, item: TokenStream) -> TokenStream {
    let settings = settings.into();
    match parse_macro_input!(item as Item) {
        Item::Struct(item) => identity::expand(settings, item, Kind::Agent),
        Item::Impl(item) => agent::expand(settings, item),
        other => Err(Error::new_spanned(
            other,
            "`#[agent]` stands on a struct and on that struct's `impl` block",
        )),
    }
    .unwrap_or_else(Error::into_compile_error)
    .into()
}

/// Makes a function a condition under which the conversation is handed over.
///
/// `#[handoff("agent")]` on `fn(&self, &Query) -> bool` (or `Option<Grounds>`),
/// `#[handoff]` on one that names the agent: `-> Option<&str>`,
/// `Option<String>` or `Option<Proposal>`. Settings: `priority` (`"high"`,
/// `"normal"`, `"low"` or a number), `timeout = "30s"`, `scopes = ["…"]`,
/// `triggers = ["…"]` (it can only hold if one of these occurs in the text),
/// `keywords = ["…"]` (one of these is reason enough; the function then has no
/// body), `targets = ["…"]` (whom it may name), `reason`, `mode`, `ownership`,
/// `history` (`"full"`, `"last:10"`, `"summary"` or `"none"`),
/// `metadata(key = "value")`, `name`.
#[proc_macro_attribute]
pub fn handoff(_: TokenStream, item: TokenStream) -> TokenStream {
    outside("handoff", item)
}

/// Makes a function run before or after a handoff.
///
/// `#[hook(before_handoff)]` on `fn(&mut self, &HandoffContext)`,
/// `#[hook(after_handoff)]` on `fn(&mut self, &HandoffContext, &Outcome)`;
/// either returns `Patch`, `Result<Patch, Refusal>` or nothing. Settings:
/// `order`, `targets = ["…"]`, `on_failure` (`"refuse"` or `"continue"`),
/// `access` (`"amend"` or `"observe"`), `handoffs` (`"own"` or `"all"`), `name`.
#[proc_macro_attribute]
pub fn hook(_: TokenStream, item: TokenStream) -> TokenStream {
    outside("hook", item)
}

/// Makes a function a tool that an agent, a person or a client can call.
///
/// Its parameters, with their doc comments, become the JSON Schema of its
/// arguments; a parameter of type `&Caller` receives who calls. It returns
/// anything serde can write, or a `Result` of that. Settings: `effect`
/// (`"read"` or `"write"`, which is assumed), `scopes = ["…"]`, `name`.
#[proc_macro_attribute]
pub fn tool(_: TokenStream, item: TokenStream) -> TokenStream {
    outside("tool", item)
}

/// These attributes are read, and taken away, by the `#[skill]` around them; so
/// whoever sees one has none.
fn outside(name: &str, item: TokenStream) -> TokenStream {
    let message =
        format!("`#[{name}]` works inside a skill: write `#[skill]` above this `impl` block");
    let mut output: TokenStream = Error::new(proc_macro2::Span::call_site(), message)
        .into_compile_error()
        .into();
    output.extend(item);
    output
}
