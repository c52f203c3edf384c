//! `#[tool]`

use crate::names;
use crate::settings::Settings;
use crate::signature;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Attribute, Error, FnArg, Ident, LitStr, Meta, Pat, Result, Signature, Type};

const KEYS: &[&str] = &["effect", "scopes", "name", "description"];
const EXAMPLE: &str = "fn name(&mut self, argument: String) -> Result<String, ToolError>";

pub struct Tool {
    pub name: String,
    pub span: Span,
    function: Ident,
    fallible: bool,
    parameters: Vec<Parameter>,
    effect: String,
    scopes: Vec<LitStr>,
    description: String,
}

enum Parameter {
    Argument {
        name: Ident,
        ty: Box<Type>,
        attributes: Vec<Attribute>,
    },
    Caller,
}

impl Tool {
    pub fn read(meta: &Meta, signature: &Signature, documentation: String) -> Result<Self> {
        let mut settings = Settings::of(meta, KEYS)?;
        settings.no_first()?;
        signature::plain(signature)?;
        signature::receiver(signature, true, EXAMPLE)?;
        let name = settings.text("name")?;
        Ok(Self {
            name: match &name {
                Some(name) => names::given(name)?,
                None => names::of_function(&signature.ident),
            },
            span: name.map_or_else(|| signature.ident.span(), |name| name.span()),
            function: signature.ident.clone(),
            fallible: signature::returns_result(&signature.output),
            parameters: signature
                .inputs
                .iter()
                .skip(1)
                .map(parameter)
                .collect::<Result<_>>()?,
            effect: settings
                .choice("effect", &["read", "write"])?
                .unwrap_or("write".to_owned()),
            scopes: settings.texts("scopes")?.unwrap_or_default(),
            description: match settings.text("description")? {
                Some(text) => text.value(),
                None => documentation,
            },
        })
    }

    /// The constant that describes it. The struct is only there to have its
    /// schema derived.
    pub fn declaration(&self) -> TokenStream {
        let Self {
            name,
            description,
            effect,
            scopes,
            ..
        } = self;
        let fields = self
            .parameters
            .iter()
            .filter_map(|parameter| match parameter {
                Parameter::Argument {
                    name,
                    ty,
                    attributes,
                } => Some(quote!(#(#attributes)* #name: #ty)),
                Parameter::Caller => None,
            });
        quote! {
            ::baton_sdk::__private::Tool {
                name: #name,
                description: #description,
                parameters: {
                    #[derive(::baton_sdk::__private::schemars::JsonSchema)]
                    #[schemars(crate = "::baton_sdk::__private::schemars")]
                    #[allow(dead_code)]
                    struct Arguments { #(#fields),* }
                    ::baton_sdk::__private::schema::<Arguments>
                },
                effect: #effect,
                scopes: &[#(#scopes),*],
            }
        }
    }

    /// The arm that calls it, where the name is its own. The arguments are read
    /// before the memory is, so that a wrong call costs little.
    pub fn arm(&self) -> TokenStream {
        let Self { name, function, .. } = self;
        let taken = self
            .parameters
            .iter()
            .filter_map(|parameter| match parameter {
                Parameter::Argument { name, ty, .. } => {
                    let key = name.to_string();
                    let key = key.trim_start_matches("r#");
                    Some(quote!(let #name: #ty = arguments.take(#key)?;))
                }
                Parameter::Caller => None,
            });
        let passed = self.parameters.iter().map(|parameter| match parameter {
            Parameter::Argument { name, .. } => quote!(#name),
            Parameter::Caller => quote!(caller),
        });
        let asked = self.fallible.then(|| quote!(?));
        // What was remembered until a failure is kept.
        quote! {
            #name => {
                #[allow(unused_mut, unused_variables)]
                let mut arguments = ::baton_sdk::__private::Arguments::parse(arguments)?;
                #(#taken)*
                #[allow(unused_mut)]
                let (mut skill, kept) = <Self as ::baton_sdk::__private::Memory>::recall();
                #[allow(clippy::let_unit_value)]
                let answer = Self::#function(&mut skill #(, #passed)*);
                ::baton_sdk::__private::Memory::keep(&skill, kept);
                ::baton_sdk::__private::answer(&answer #asked)
            }
        }
    }
}

fn parameter(input: &FnArg) -> Result<Parameter> {
    let FnArg::Typed(input) = input else {
        return Err(Error::new_spanned(input, format!("write `{EXAMPLE}`")));
    };
    if signature::refers_to(&input.ty, "Caller") {
        return Ok(Parameter::Caller);
    }
    if let Type::Reference(reference) = &*input.ty {
        return Err(Error::new_spanned(
            reference,
            "an argument is made from JSON, so the tool owns it: write `String` for `&str`",
        ));
    }
    let Pat::Ident(name) = &*input.pat else {
        return Err(Error::new_spanned(&input.pat, "an argument needs a name"));
    };
    let attributes: Vec<_> = input.attrs.clone();
    if let Some(other) = attributes
        .iter()
        .find(|attribute| !attribute.path().is_ident("doc"))
    {
        return Err(Error::new_spanned(
            other,
            "only a doc comment may stand on an argument",
        ));
    }
    Ok(Parameter::Argument {
        name: name.ident.clone(),
        ty: input.ty.clone(),
        attributes,
    })
}
