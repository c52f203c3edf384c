//! What a function must look like.

use syn::{
    Error, FnArg, GenericArgument, PathArguments, Receiver, Result, ReturnType, Signature, Type,
};

/// No kind of function here may be `async` or generic.
pub fn plain(signature: &Signature) -> Result<()> {
    if let Some(keyword) = &signature.asyncness {
        return Err(Error::new_spanned(
            keyword,
            "a skill's functions are not `async`; to ask several agents at the same time, use `agents::query_all` or `agents::start_query`",
        ));
    }
    if !signature.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &signature.generics,
            "the host calls this function, so it cannot be generic: write the types",
        ));
    }
    Ok(())
}

/// The receiver, which must be `&self`, or `&mut self` where `may_change`.
pub fn receiver(signature: &Signature, may_change: bool, example: &str) -> Result<()> {
    match signature.inputs.first() {
        Some(FnArg::Receiver(Receiver {
            reference: Some(_),
            mutability,
            ..
        })) => match mutability {
            Some(keyword) if !may_change => Err(Error::new_spanned(
                keyword,
                "a condition only looks, as it may be asked any number of times: take `&self`",
            )),
            _ => Ok(()),
        },
        other => Err(match other {
            Some(first) => Error::new_spanned(first, format!("write `{example}`")),
            None => Error::new_spanned(&signature.ident, format!("write `{example}`")),
        }),
    }
}

/// The parameters after the receiver, which must be references to these types.
pub fn parameters(signature: &Signature, types: &[&str], example: &str) -> Result<()> {
    let given: Vec<_> = signature.inputs.iter().skip(1).collect();
    for (at, input) in given.iter().enumerate() {
        let fits = match input {
            FnArg::Typed(input) => types.get(at).is_some_and(|name| refers_to(&input.ty, name)),
            FnArg::Receiver(_) => false,
        };
        if !fits {
            return Err(Error::new_spanned(input, format!("write `{example}`")));
        }
    }
    if given.len() < types.len() {
        return Err(Error::new_spanned(
            &signature.ident,
            format!("write `{example}`"),
        ));
    }
    Ok(())
}

/// Whether the type is `&Name`, under whatever path.
pub fn refers_to(ty: &Type, name: &str) -> bool {
    match ty {
        Type::Reference(reference) if reference.mutability.is_none() => match &*reference.elem {
            Type::Path(path) => path
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident == name),
            _ => false,
        },
        _ => false,
    }
}

/// Whether the function returns nothing.
pub fn returns_nothing(output: &ReturnType) -> bool {
    match output {
        ReturnType::Default => true,
        ReturnType::Type(_, ty) => is_unit(ty),
    }
}

/// Whether the function returns a `Result`, under whatever path.
pub fn returns_result(output: &ReturnType) -> bool {
    match output {
        ReturnType::Type(_, ty) => result_arguments(ty).is_some(),
        ReturnType::Default => false,
    }
}

/// Whether the function returns `Result<(), …>`.
pub fn returns_only_refusals(output: &ReturnType) -> bool {
    let ReturnType::Type(_, ty) = output else {
        return false;
    };
    let Some(PathArguments::AngleBracketed(arguments)) = result_arguments(ty) else {
        return false;
    };
    matches!(arguments.args.first(), Some(GenericArgument::Type(first)) if is_unit(first))
}

fn result_arguments(ty: &Type) -> Option<&PathArguments> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    (last.ident == "Result").then_some(&last.arguments)
}

fn is_unit(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty())
}
