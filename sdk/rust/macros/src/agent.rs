//! `#[agent]` on the `impl` block: what the agent answers.

use crate::signature;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Error, ImplItem, ItemImpl, Result, ReturnType, spanned::Spanned};

const EXAMPLE: &str = "fn answer(&self, request: &Request) -> String";

pub fn expand(settings: TokenStream, item: ItemImpl) -> Result<TokenStream> {
    if !settings.is_empty() {
        return Err(Error::new_spanned(
            settings,
            "the settings stand on the struct's `#[agent]`",
        ));
    }
    if let Some((_, path, _)) = &item.trait_ {
        return Err(Error::new_spanned(
            path,
            "`#[agent]` stands on the struct's own `impl` block",
        ));
    }
    let functions = item.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(&function.sig),
        _ => None,
    });
    let mut answers = functions.filter(|signature| signature.ident == "answer");
    let Some(answer) = answers.next() else {
        return Err(Error::new_spanned(
            &item.self_ty,
            format!("an agent has a function that answers: `{EXAMPLE}`"),
        ));
    };
    signature::plain(answer)?;
    signature::receiver(answer, true, EXAMPLE)?;
    signature::parameters(answer, &["Request"], EXAMPLE)?;
    if signature::returns_nothing(&answer.output) {
        return Err(Error::new_spanned(answer, format!("write `{EXAMPLE}`")));
    }
    let agent = &item.self_ty;
    let returned = match &answer.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => answer.span(),
    };
    // A type that is no answer is shown where it is written.
    let convert = quote_spanned! {returned=>
        ::baton_sdk::__private::AgentAnswer::answer(answer)
    };
    Ok(quote! {
        #item

        impl ::baton_sdk::__private::Agent for #agent {
            fn respond(
                request: &::baton_sdk::__private::AgentRequest,
            ) -> ::core::result::Result<
                ::baton_sdk::__private::AgentReply,
                ::baton_sdk::__private::AgentFailure,
            > {
                #[allow(unused_mut)]
                let (mut agent, kept) = <Self as ::baton_sdk::__private::Memory>::recall();
                let answer = agent.answer(request);
                let answer = #convert;
                ::baton_sdk::__private::Memory::keep(&agent, kept);
                answer
            }
        }

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            ::baton_sdk::__private::answers::export_agent!(#agent);
        };
    })
}
