//! `#[hook]`

use crate::names;
use crate::settings::Settings;
use crate::signature;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Error, Ident, LitStr, Meta, Result, ReturnType, Signature, spanned::Spanned};

const KEYS: &[&str] = &[
    "order",
    "targets",
    "tools",
    "on_failure",
    "access",
    "handoffs",
    "name",
    "description",
];
const POINTS: &[&str] = &[
    "before_handoff",
    "after_handoff",
    "before_tool",
    "after_tool",
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Point {
    Before,
    After,
}

/// Around what it runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Handoff,
    Tool,
}

pub struct Hook {
    pub name: String,
    pub span: Span,
    pub point: Point,
    around: Around,
    function: Ident,
    output: ReturnType,
    order: i32,
    targets: Vec<LitStr>,
    tools: Vec<LitStr>,
    on_failure: String,
    access: String,
    handoffs: String,
    description: String,
}

impl Hook {
    pub fn read(meta: &Meta, signature: &Signature, documentation: String) -> Result<Self> {
        let mut settings = Settings::of(meta, KEYS)?;
        let (point, around) =
            point(&settings.first_word("`before_handoff` or `after_handoff` first")?)?;
        check_signature(signature, point)?;
        let name = settings.text("name")?;
        Ok(Self {
            name: match &name {
                Some(name) => names::given(name)?,
                None => names::of_function(&signature.ident),
            },
            span: name.map_or_else(|| signature.ident.span(), |name| name.span()),
            point,
            around,
            function: signature.ident.clone(),
            output: signature.output.clone(),
            order: settings
                .number("order")?
                .map_or(Ok(0), |order| order.base10_parse())?,
            targets: settings.texts("targets")?.unwrap_or_default(),
            tools: tools(&mut settings, around)?,
            on_failure: settings
                .choice("on_failure", &["refuse", "continue"])?
                .unwrap_or(
                    if point == Point::Before {
                        "refuse"
                    } else {
                        "continue"
                    }
                    .to_owned(),
                ),
            access: access(&mut settings, signature)?,
            handoffs: settings
                .choice("handoffs", &["own", "all"])?
                .unwrap_or("own".to_owned()),
            description: match settings.text("description")? {
                Some(text) => text.value(),
                None => documentation,
            },
        })
    }

    /// The constant that describes it.
    pub fn declaration(&self) -> TokenStream {
        let Self {
            name,
            order,
            targets,
            tools,
            access,
            on_failure,
            handoffs,
            description,
            ..
        } = self;
        let point = match (self.point, self.around) {
            (Point::Before, Around::Handoff) => "before-handoff",
            (Point::After, Around::Handoff) => "after-handoff",
            (Point::Before, Around::Tool) => "before-tool",
            (Point::After, Around::Tool) => "after-tool",
        };
        quote! {
            ::baton_sdk::__private::Hook {
                name: #name,
                point: #point,
                order: #order,
                targets: &[#(#targets),*],
                tools: &[#(#tools),*],
                access: #access,
                on_failure: #on_failure,
                handoffs: #handoffs,
                description: #description,
            }
        }
    }

    /// The arm that runs it, where it is the one at this position.
    pub fn arm(&self, position: u32) -> TokenStream {
        let function = &self.function;
        let outcome = match self.point {
            Point::Before => TokenStream::new(),
            Point::After => quote!(, outcome),
        };
        let (output, span) = match &self.output {
            ReturnType::Type(_, output) => (quote!(#output), output.span()),
            ReturnType::Default => (quote!(()), function.span()),
        };
        let settle = quote_spanned!(span=> <#output as ::baton_sdk::__private::HookAnswer>::settle);
        quote!(#position => #settle(Self::#function(&mut skill, context #outcome)))
    }
}

/// The tools on whose calls it runs.
fn tools(settings: &mut Settings, around: Around) -> Result<Vec<LitStr>> {
    let position = settings.position("tools");
    let tools = settings.texts("tools")?.unwrap_or_default();
    match (position, around) {
        (Some(span), Around::Handoff) => Err(Error::new(
            span,
            "`tools` is for hooks on tools: write `before_tool` or `after_tool`",
        )),
        _ => Ok(tools),
    }
}

fn point(word: &Ident) -> Result<(Point, Around)> {
    match word.to_string().as_str() {
        "before_handoff" => Ok((Point::Before, Around::Handoff)),
        "after_handoff" => Ok((Point::After, Around::Handoff)),
        "before_tool" => Ok((Point::Before, Around::Tool)),
        "after_tool" => Ok((Point::After, Around::Tool)),
        other => {
            let why = names::suggestion(other, POINTS);
            Err(Error::new(word.span(), format!("unknown point: {why}")))
        }
    }
}

fn check_signature(signature: &Signature, point: Point) -> Result<()> {
    let (types, example): (&[&str], _) = match point {
        Point::Before => (
            &["HandoffContext"],
            "fn name(&mut self, handoff: &HandoffContext) -> Patch",
        ),
        Point::After => (
            &["HandoffContext", "Outcome"],
            "fn name(&mut self, handoff: &HandoffContext, outcome: &Outcome) -> Patch",
        ),
    };
    signature::plain(signature)?;
    signature::receiver(signature, true, example)?;
    signature::parameters(signature, types, example)
}

/// A hook that returns nothing observes.
fn access(settings: &mut Settings, signature: &Signature) -> Result<String> {
    let position = settings.position("access");
    let nothing = signature::returns_nothing(&signature.output);
    let access = settings.choice("access", &["amend", "observe"])?;
    match (access.as_deref(), nothing) {
        (Some("observe"), false) => {
            let what = match signature::returns_only_refusals(&signature.output) {
                true => "a refusal",
                false => "what it returns",
            };
            Err(Error::new(
                position.unwrap_or(settings.span),
                format!("of a hook that observes, {what} is not used: return nothing, or amend"),
            ))
        }
        (Some(access), _) => Ok(access.to_owned()),
        (None, true) => Ok("observe".to_owned()),
        (None, false) => Ok("amend".to_owned()),
    }
}
