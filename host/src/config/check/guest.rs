//! What is granted to skills and agents, and what limits them.

use std::ops::Range;

use serde_spanned::Spanned;

use crate::{
    config::{LimitsSection, Problem},
    nearest::nearest,
    skill::{ALL_GRANTS, Grant, GrantWord, MAX_MEMORY, UnknownGrant},
};

pub(super) fn known_grant(grant: &Spanned<String>) -> Result<(), Problem> {
    let wrong = match grant.get_ref().parse::<GrantWord>() {
        Ok(_) => return Ok(()),
        Err(wrong) => wrong,
    };
    let problem = Problem::new(wrong.to_string(), grant.span());
    let UnknownGrant::NoSuch(name) = wrong else {
        return Err(problem);
    };
    let meant = nearest(&name, &ALL_GRANTS, |grant| grant.as_str());
    Err(problem.help(match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!(
            "the grants are {}",
            ALL_GRANTS.map(Grant::example).join(", ")
        ),
    }))
}

/// What a grant lets a skill do to others' handoffs, no agent does.
pub(super) fn agents_grant(grant: &Spanned<String>) -> Result<(), Problem> {
    known_grant(grant)?;
    let word = grant.get_ref().parse().map(|word: GrantWord| word.grant());
    match word {
        Ok(only_skills @ (Grant::Priority | Grant::HooksOnAll)) => Err(Problem::new(
            format!("`{only_skills}` is for skills, and this is an agent"),
            grant.span(),
        )
        .help("leave it out")),
        _ => Ok(()),
    }
}

pub(super) fn agents_limits(limits: &LimitsSection, at: Range<usize>) -> Result<(), Problem> {
    memory(limits.memory_mib.as_ref())?;
    let of_skills = [
        ("evaluate-compute", limits.evaluate_compute),
        ("evaluate-wall", limits.evaluate_wall),
        ("hook-compute", limits.hook_compute),
        ("hook-wall", limits.hook_wall),
        ("tool-compute", limits.tool_compute),
        ("tool-wall", limits.tool_wall),
    ];
    match of_skills.into_iter().find(|(_, span)| span.is_some()) {
        Some((limit, _)) => Err(Problem::new(
            format!("the limit `{limit}` is for skills, and this is an agent"),
            at,
        )
        .help("an agent has `answer-compute`; how long it takes in all is its `timeout`")),
        None => Ok(()),
    }
}

/// What belongs to an agent's answer limits no skill.
pub(super) fn skills_limits(limits: &LimitsSection, at: Range<usize>) -> Result<(), Problem> {
    memory(limits.memory_mib.as_ref())?;
    match limits.answer_compute {
        Some(_) => Err(Problem::new(
            "the limit `answer-compute` is for agents, and this is a skill",
            at,
        )
        .help("a skill has `evaluate-compute`, `hook-compute` and `tool-compute`")),
        None => Ok(()),
    }
}

pub(super) fn memory(memory: Option<&Spanned<u32>>) -> Result<(), Problem> {
    let most = MAX_MEMORY >> 20;
    match memory {
        Some(mib) if *mib.get_ref() as usize > most || *mib.get_ref() == 0 => Err(Problem::new(
            format!("{} MiB are not possible", mib.get_ref()),
            mib.span(),
        )
        .help(format!("choose from 1 to {most}"))),
        _ => Ok(()),
    }
}
