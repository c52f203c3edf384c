//! `#[skill]` on the `impl` block: what the skill does.

use crate::handoff::Handoff;
use crate::hook::{Hook, Point};
use crate::names;
use crate::tool::Tool;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Attribute, Block, Error, FnArg, ImplItem, ItemImpl, Result, Signature, TraitItemFn, Type,
};

const KINDS: &[&str] = &["handoff", "hook", "tool"];

#[derive(Default)]
struct Functions {
    handoffs: Vec<Handoff>,
    hooks: Vec<Hook>,
    tools: Vec<Tool>,
}

pub fn expand(settings: TokenStream, mut item: ItemImpl) -> Result<TokenStream> {
    if !settings.is_empty() {
        return Err(Error::new_spanned(
            settings,
            "the settings stand on the struct's `#[skill]`",
        ));
    }
    if let Some((_, path, _)) = &item.trait_ {
        return Err(Error::new_spanned(
            path,
            "`#[skill]` stands on the struct's own `impl` block",
        ));
    }
    if !item.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &item.generics,
            "a skill cannot be generic",
        ));
    }
    let mut wrong = None;
    let mut functions = Functions::default();
    let items = std::mem::take(&mut item.items);
    for function in items {
        match functions.read(function) {
            Ok(Some(rest)) => item.items.push(rest),
            Ok(None) => {}
            Err(error) => combine(&mut wrong, error),
        }
    }
    if let Err(error) = functions.check(&item.self_ty) {
        combine(&mut wrong, error);
    }
    match wrong {
        Some(error) => Ok(explained(&item.self_ty, error)),
        None => {
            let implementation = functions.implementation(&item.self_ty);
            Ok(quote!(#item #implementation))
        }
    }
}

/// The error alone, without those that the missing functions would cause.
fn explained(skill: &Type, error: Error) -> TokenStream {
    let error = error.into_compile_error();
    quote! {
        #error
        impl ::baton_sdk::__private::Skill for #skill {
            fn describe() -> ::baton_sdk::__private::Manifest {
                loop {}
            }
        }
    }
}

fn combine(wrong: &mut Option<Error>, error: Error) {
    match wrong {
        Some(before) => before.combine(error),
        None => *wrong = Some(error),
    }
}

impl Functions {
    /// Reads one item of the block, and gives back what the compiler is to see.
    fn read(&mut self, item: ImplItem) -> Result<Option<ImplItem>> {
        match item {
            ImplItem::Fn(mut function) => {
                let kind = self.kind(
                    &mut function.attrs,
                    &mut function.sig,
                    Some(&function.block),
                );
                kind.map(|_| Some(ImplItem::Fn(function)))
            }
            // A function without a body, which is no Rust outside a trait.
            ImplItem::Verbatim(tokens) => {
                let Ok(mut function) = syn::parse2::<TraitItemFn>(tokens.clone()) else {
                    return Ok(Some(ImplItem::Verbatim(tokens)));
                };
                let known = self.kind(&mut function.attrs, &mut function.sig, None)?;
                Ok((!known).then_some(ImplItem::Verbatim(tokens)))
            }
            other => Ok(Some(other)),
        }
    }

    /// Whether it is a handoff, hook or tool, which is then put down. Takes away
    /// the attributes that mean nothing to the compiler.
    fn kind(
        &mut self,
        attributes: &mut Vec<Attribute>,
        signature: &mut Signature,
        body: Option<&Block>,
    ) -> Result<bool> {
        let Some(at) = attributes
            .iter()
            .position(|attribute| kind_of(attribute).is_some())
        else {
            return Ok(false);
        };
        let attribute = attributes.remove(at);
        if let Some(second) = attributes.iter().find(|other| kind_of(other).is_some()) {
            return Err(Error::new_spanned(
                second,
                "a function is one of these: a handoff, a hook or a tool",
            ));
        }
        if let Some(conditional) = attributes.iter().find(|other| other.path().is_ident("cfg")) {
            return Err(Error::new_spanned(
                conditional,
                "`#[cfg]` cannot leave out one function of a skill: put it on the `impl` block",
            ));
        }
        let documentation = names::documentation(attributes);
        match kind_of(&attribute) {
            Some("handoff") => self.handoffs.push(Handoff::read(
                &attribute.meta,
                signature,
                body,
                documentation,
            )?),
            Some("hook") => self
                .hooks
                .push(Hook::read(&attribute.meta, signature, documentation)?),
            _ => self
                .tools
                .push(Tool::read(&attribute.meta, signature, documentation)?),
        }
        for input in &mut signature.inputs {
            if let FnArg::Typed(input) = input {
                input.attrs.clear();
            }
        }
        Ok(true)
    }

    fn check(&self, skill: &Type) -> Result<()> {
        let handoffs = self.handoffs.iter().map(|it| (it.name.as_str(), it.span));
        names::distinct("handoff", handoffs)?;
        names::distinct(
            "hook",
            self.hooks.iter().map(|it| (it.name.as_str(), it.span)),
        )?;
        names::distinct(
            "tool",
            self.tools.iter().map(|it| (it.name.as_str(), it.span)),
        )?;
        let Type::Path(_) = skill else {
            return Err(Error::new_spanned(
                skill,
                "`#[skill]` stands on a struct's `impl` block",
            ));
        };
        Ok(())
    }

    fn implementation(&self, skill: &Type) -> TokenStream {
        let handoffs = self.handoffs.iter().map(Handoff::declaration);
        let hooks = self.hooks.iter().map(Hook::declaration);
        let tools = self.tools.iter().map(Tool::declaration);
        let targets = self.targets();
        let evaluate = self.evaluate();
        let before = self.run(Point::Before);
        let after = self.run(Point::After);
        let call = self.call();
        let exports = self.exports(skill);
        let imports = !self.hooks.is_empty() || !self.tools.is_empty();
        quote! {
            impl ::baton_sdk::__private::Skill for #skill {
                const REPORTS_PANICS: bool =
                    #imports || <Self as ::baton_sdk::__private::Memory>::REMEMBERS;

                fn describe() -> ::baton_sdk::__private::Manifest {
                    ::baton_sdk::__private::manifest::<Self>(
                        &[#(#handoffs),*],
                        &[#(#hooks),*],
                        &[#(#tools),*],
                        &[#(#targets),*],
                    )
                }
                #evaluate
                #before
                #after
                #call
            }
            #exports
        }
    }

    /// Whom dynamic conditions can name; nothing, if one does not say.
    fn targets(&self) -> Vec<String> {
        let mut targets = Vec::new();
        for handoff in self
            .handoffs
            .iter()
            .filter(|handoff| handoff.target.is_none())
        {
            let Some(named) = &handoff.targets else {
                return Vec::new();
            };
            for target in named.iter().map(syn::LitStr::value) {
                if !targets.contains(&target) {
                    targets.push(target);
                }
            }
        }
        targets
    }

    fn evaluate(&self) -> Option<TokenStream> {
        let arms: Vec<_> = (0..)
            .zip(&self.handoffs)
            .filter_map(|(at, handoff)| handoff.arm(at))
            .collect();
        (!arms.is_empty()).then(|| {
            quote! {
                fn evaluate(
                    query: &::baton_sdk::__private::Query,
                    handoffs: &[::core::primitive::u32],
                ) -> ::std::vec::Vec<::baton_sdk::__private::Verdict> {
                    let (skill, _) = <Self as ::baton_sdk::__private::Memory>::recall();
                    ::baton_sdk::__private::verdicts(handoffs, |handoff| match handoff {
                        #(#arms,)*
                        _ => ::baton_sdk::__private::Verdict::Pass,
                    })
                }
            }
        })
    }

    fn run(&self, point: Point) -> Option<TokenStream> {
        let arms: Vec<_> = (0..)
            .zip(&self.hooks)
            .filter(|(_, hook)| hook.point == point)
            .map(|(at, hook)| hook.arm(at))
            .collect();
        let (name, outcome) = match point {
            Point::Before => (quote!(before_handoff), TokenStream::new()),
            Point::After => (
                quote!(after_handoff),
                quote!(outcome: &::baton_sdk::__private::Outcome,),
            ),
        };
        (!arms.is_empty()).then(|| {
            quote! {
                fn #name(
                    hook: ::core::primitive::u32,
                    context: &::baton_sdk::__private::HandoffContext,
                    #outcome
                ) -> ::core::result::Result<
                    ::baton_sdk::__private::Patch,
                    ::baton_sdk::__private::Refusal,
                > {
                    #[allow(unused_mut)]
                    let (mut skill, kept) = <Self as ::baton_sdk::__private::Memory>::recall();
                    let answer = match hook {
                        #(#arms,)*
                        _ => ::core::result::Result::Err(
                            ::baton_sdk::__private::no_such_hook(hook),
                        ),
                    };
                    ::baton_sdk::__private::Memory::keep(&skill, kept);
                    answer
                }
            }
        })
    }

    fn call(&self) -> Option<TokenStream> {
        let arms = self.tools.iter().map(Tool::arm);
        (!self.tools.is_empty()).then(|| {
            quote! {
                #[allow(unused_variables)]
                fn call(
                    name: &::core::primitive::str,
                    arguments: &::core::primitive::str,
                    caller: &::baton_sdk::__private::Caller,
                ) -> ::core::result::Result<
                    ::std::string::String,
                    ::baton_sdk::__private::ToolError,
                > {
                    match name {
                        #(#arms)*
                        _ => ::core::result::Result::Err(
                            ::baton_sdk::__private::no_such_tool(name),
                        ),
                    }
                }
            }
        })
    }

    /// A component exports the interfaces that have something behind them.
    fn exports(&self, skill: &Type) -> TokenStream {
        let has_point = |point| self.hooks.iter().any(|hook| hook.point == point);
        let router = self
            .handoffs
            .iter()
            .any(Handoff::is_asked)
            .then(|| quote!(routes::export_router));
        let before = has_point(Point::Before).then(|| quote!(prepares::export_before_handoff));
        let after = has_point(Point::After).then(|| quote!(concludes::export_after_handoff));
        let tools = (!self.tools.is_empty()).then(|| quote!(serves_tools::export_tools));
        let exports = [
            Some(quote!(describes::export_manifest)),
            router,
            before,
            after,
            tools,
        ];
        let exports = exports.iter().flatten();
        quote! {
            #[cfg(target_arch = "wasm32")]
            const _: () = {
                #(::baton_sdk::__private::#exports!(#skill);)*
            };
        }
    }
}

fn kind_of(attribute: &Attribute) -> Option<&'static str> {
    let last = attribute.path().segments.last()?;
    KINDS.iter().copied().find(|kind| last.ident == kind)
}
