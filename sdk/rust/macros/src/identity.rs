//! `#[skill]` or `#[agent]` on the struct: who it is and what it remembers.

use crate::names;
use crate::settings::Settings;
use crate::wants;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Error, ItemStruct, Result};

/// What is made of the struct.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Skill,
    Agent,
}

const AGENT_KEYS: &[&str] = &[
    "name",
    "version",
    "description",
    "state_version",
    "examples",
    "offers",
    "hosts",
    "spending",
    "config",
];

const KEYS: &[&str] = &[
    "name",
    "version",
    "description",
    "state_version",
    "depends",
    "hosts",
    "spending",
    "config",
];

pub fn expand(settings: TokenStream, item: ItemStruct, kind: Kind) -> Result<TokenStream> {
    let (what, keys) = match kind {
        Kind::Skill => ("a skill", KEYS),
        Kind::Agent => ("an agent", AGENT_KEYS),
    };
    let mut settings = Settings::parse(settings, keys)?;
    settings.no_first()?;
    if !item.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &item.generics,
            format!("{what} cannot be generic"),
        ));
    }
    let ident = &item.ident;
    let name = match settings.text("name")? {
        Some(name) => names::given(&name)?,
        None => names::of_struct(ident),
    };
    let version = match settings.text("version")? {
        Some(version) => quote!(#version),
        None => quote!(::core::env!("CARGO_PKG_VERSION")),
    };
    let description = match settings.text("description")? {
        Some(text) => text.value(),
        None => names::documentation(&item.attrs),
    };
    let state_version: u32 = settings
        .number("state_version")?
        .map_or(Ok(1), |number| number.base10_parse())?;
    let depends = settings.texts("depends")?.unwrap_or_default();
    wants::depend(&depends, &name)?;
    let wants = wants::declared(&mut settings)?;
    let config = settings.path("config")?.map(|config| {
        quote! {
            fn config_schema() -> ::core::option::Option<::std::string::String> {
                ::core::option::Option::Some(::baton_sdk::__private::schema::<#config>())
            }
        }
    });
    let (derives, memory) = memory(&item);
    let offers = match kind {
        Kind::Skill => TokenStream::new(),
        Kind::Agent => {
            let examples = settings.texts("examples")?.unwrap_or_default();
            let offers = settings.texts("offers")?.unwrap_or_default();
            quote! {
                impl ::baton_sdk::__private::Offers for #ident {
                    const EXAMPLES: &'static [&'static str] = &[#(#examples),*];
                    const OFFERS: &'static [&'static str] = &[#(#offers),*];
                }
            }
        }
    };
    let implemented = match kind {
        Kind::Skill => quote_spanned!(ident.span()=> ::baton_sdk::__private::Skill),
        Kind::Agent => quote_spanned!(ident.span()=> ::baton_sdk::__private::Agent),
    };
    // Also what keeps the compiler from calling the skill unused natively.
    let complete = quote_spanned! {ident.span()=>
        const _: () = {
            fn complete<S: #implemented>() {}
            let _: fn() = complete::<#ident>;
        };
    };
    Ok(quote! {
        #derives
        #item

        impl ::baton_sdk::__private::Identity for #ident {
            const NAME: &'static str = #name;
            const VERSION: &'static str = #version;
            const DESCRIPTION: &'static str = #description;
            const STATE_VERSION: u32 = #state_version;
            const DEPENDS: &'static [&'static str] = &[#(#depends),*];
            const WANTS: &'static [::baton_sdk::__private::Wants] = &[#(#wants),*];
            #config
        }

        #offers
        #memory
        #complete
    })
}

/// A skill without fields has nothing to remember, and never asks the host.
fn memory(item: &ItemStruct) -> (TokenStream, TokenStream) {
    let ident = &item.ident;
    let (derives, kept, recall, keep) = if item.fields.is_empty() {
        (
            TokenStream::new(),
            quote!(()),
            quote!((<Self as ::core::default::Default>::default(), ())),
            quote!(),
        )
    } else {
        (
            quote! {
                #[derive(::baton_sdk::__private::serde::Serialize)]
                #[derive(::baton_sdk::__private::serde::Deserialize)]
                #[serde(crate = "::baton_sdk::__private::serde", default)]
            },
            quote!(::baton_sdk::__private::Kept),
            quote!(::baton_sdk::__private::recall()),
            quote!(::baton_sdk::__private::keep(self, kept)),
        )
    };
    let remembers = !item.fields.is_empty();
    let memory = quote! {
        impl ::baton_sdk::__private::Memory for #ident {
            type Kept = #kept;
            const REMEMBERS: bool = #remembers;

            fn recall() -> (Self, Self::Kept) {
                #recall
            }

            #[allow(unused_variables)]
            fn keep(&self, kept: Self::Kept) {
                #keep
            }
        }
    };
    (quote!(#[derive(::core::default::Default)] #derives), memory)
}
