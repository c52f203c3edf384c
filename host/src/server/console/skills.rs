//! What is loaded, what it wants, and how it does.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State, rejection::BytesRejection},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post, put},
};
use minijinja::{Value, context};

use super::{
    form::{CSRF, Posted, is_wanted},
    page::{Wrong, page},
    session::Session,
};
use crate::{
    contract::Skill,
    id::SkillName,
    routing::Admission,
    server::{
        Hall,
        admin::{MAX_UPLOAD, Problem},
    },
    skill::{GrantWord, Installed, Origin},
    view::{
        skill::notes,
        text::{bytes, short_digest, span},
    },
};

pub(super) fn routes() -> Router<Arc<Hall>> {
    let upload = put(upload).layer(DefaultBodyLimit::max(MAX_UPLOAD));
    Router::new()
        .route("/console/skills", get(skills))
        .route("/console/skills/{skill}/{act}", post(act))
        .route("/console/skill-files/{file}", upload)
}

/// Half of the times, or nearly all, are below this.
fn below(time: Option<Duration>) -> String {
    time.map_or_else(|| "—".to_owned(), |time| format!("under {}", span(time)))
}

fn shown(file: &str, installed: &Installed, hall: &Hall) -> Value {
    let skill = &installed.skill;
    let (manifest, facts) = (skill.manifest(), skill.facts());
    let granted = &installed.standing.granted;
    let waiting = &installed.standing.waiting;
    let listed = hall.folder.skills.entitlement(&manifest.name);
    let wants: Vec<Value> = skill
        .wants_in_words()
        .into_iter()
        .map(|want| {
            let waits = waiting.iter().find(|(word, _)| word.grant() == want.grant);
            // What is to be filled in is no grant yet.
            let ready = want
                .words
                .iter()
                .all(|word| word.parse::<GrantWord>().is_ok());
            context! {
                grant => want.grant.as_str(),
                plain => want.plain,
                words => want.words.join(" "),
                granted => granted.allows(want.grant),
                waits => waits.map(|(_, why)| why.to_string()),
                ready,
            }
        })
        .collect();
    let has: Vec<Value> = granted
        .words()
        .map(|word| context! { word => word.to_string(), listed => listed.lists(word) })
        .collect();
    let count = installed.tally.read();
    context! {
        file, wants, has,
        name => manifest.name.as_str(),
        version => manifest.version.to_string(),
        description => manifest.description.as_str(),
        digest => short_digest(&skill.digest()),
        size => bytes(facts.size),
        took => span(installed.took),
        conditions => manifest.handoffs.iter().map(|h| h.name.to_string()).collect::<Vec<_>>(),
        hooks => manifest.hooks.iter().map(|h| h.name.to_string()).collect::<Vec<_>>(),
        tools => manifest.tools.iter().map(|t| t.name.to_string()).collect::<Vec<_>>(),
        shadow => installed.admission == Admission::Shadow,
        quarantine => installed.quarantine.why(),
        notes => notes(installed),
        calls => count.calls.count(),
        half => below(count.calls.quantile(0.5)),
        most => below(count.calls.quantile(0.95)),
        faults => count.faults,
        kills => count.kills,
    }
}

async fn skills(State(hall): State<Arc<Hall>>, session: Session) -> Result<Response, Wrong> {
    let entries = hall.folder.skills.entries();
    let loaded: Vec<Value> = entries
        .iter()
        .filter_map(|(file, entry)| Some(shown(file, entry.installed.as_ref()?, &hall)))
        .collect();
    let refused: Vec<Value> = entries
        .iter()
        .filter_map(|(file, entry)| {
            let why = entry.refused.as_ref()?.to_string();
            Some(context! { file, why })
        })
        .collect();
    page(
        "skills.html",
        &session,
        context! { title => "Skills", here => "skills", loaded, refused },
    )
    .map_err(Wrong)
}

async fn act(
    State(hall): State<Arc<Hall>>,
    Path((name, act)): Path<(String, String)>,
    Posted { fields, .. }: Posted,
) -> Result<Response, Wrong> {
    let (name, folder) = (SkillName::from(name), &hall.folder);
    let words = || -> Result<Vec<GrantWord>, Problem> {
        let words = fields.text("words").split_whitespace();
        words
            .map(|word| word.parse::<GrantWord>().map_err(Problem::invalid))
            .collect()
    };
    match act.as_str() {
        "grant" => drop(folder.grant(&name, &words()?, Origin::Command).await?),
        "revoke" => drop(folder.revoke(&name, &words()?).await?),
        "admit" => drop(folder.admit(&name).await?),
        "lift-quarantine" => {
            folder.installed(&name)?.1.quarantine.lift();
        }
        _ => return Err(Problem::not_found(format!("nobody can `{act}` a skill")).into()),
    }
    Ok(Redirect::to("/console/skills").into_response())
}

/// A file that was dropped on the page.
async fn upload(
    State(hall): State<Arc<Hall>>,
    session: Session,
    headers: HeaderMap,
    Path(file): Path<String>,
    bytes: Result<Bytes, BytesRejection>,
) -> Response {
    let brought = headers.get(CSRF).and_then(|value| value.to_str().ok());
    if let Err(problem) = is_wanted(&session, &headers, brought.unwrap_or_default()) {
        return problem.into_response();
    }
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(rejection) => {
            return Problem {
                status: rejection.status(),
                detail: rejection.body_text(),
            }
            .into_response();
        }
    };
    match hall.folder.skills.put(&file, &bytes).await {
        Ok(name) => axum::Json(serde_json::json!({ "skill": name })).into_response(),
        Err(error) => Problem::from(error).into_response(),
    }
}
