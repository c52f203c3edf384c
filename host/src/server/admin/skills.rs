//! The skills of the folder, and what they may do.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    Operation, Problem,
    request::{Named, Operator, Sent, unread},
};
use crate::{
    id::SkillName,
    server::Hall,
    skill::{GrantWord, Origin},
    view::{inspected::inspected, skill::files},
};

/// Bytes that a component may have which comes over the network. The largest
/// one measured, a CPython with its library, has 35 MB.
pub(in crate::server) const MAX_UPLOAD: usize = 64 << 20;

const GRANTS: (&str, &str, &str) = (
    "grants",
    "array of string",
    "As `baton skill grant` has them: `agents`, `http:HOST`, …",
);

pub(super) fn operations() -> Vec<Operation> {
    let mut upload = Operation::put(
        "/skill-files/{file}",
        "Put a component into the skills folder, whole or not at all",
        upload,
    )
    .file();
    upload.handler = upload.handler.layer(DefaultBodyLimit::max(MAX_UPLOAD));
    vec![
        Operation::get(
            "/skills",
            "The skills, and the files that are not loaded",
            list,
        ),
        Operation::get("/skills/{skill}", "What a skill is and wants", inspect),
        upload,
        Operation::post("/skills/{skill}/grant", "Let a skill do more", grant).fields(&[GRANTS]),
        Operation::post(
            "/skills/{skill}/revoke",
            "Take back what a skill was granted by command",
            revoke,
        )
        .fields(&[GRANTS]),
        Operation::post(
            "/skills/{skill}/admit",
            "Let the verdicts of a skill count",
            admit,
        ),
        Operation::post(
            "/skills/{skill}/lift-quarantine",
            "Ask a skill again that has failed too often",
            lift,
        ),
        Operation::post(
            "/reload",
            "Bring the skills up to what lies in the folder",
            reload,
        ),
    ]
}

async fn list(State(hall): State<Arc<Hall>>, _: Operator) -> Response {
    Json(files(&hall.folder.skills.entries())).into_response()
}

async fn inspect(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    Named(name): Named<SkillName>,
) -> Result<Response, Problem> {
    let (_, installed) = hall.folder.installed(&name)?;
    Ok(Json(inspected(&installed.skill, Some(&installed))).into_response())
}

async fn upload(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    axum::extract::Path(file): axum::extract::Path<String>,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Response, Response> {
    let bytes = bytes.map_err(unread)?;
    let refused = |problem: Problem| problem.into_response();
    let name = hall.folder.skills.put(&file, &bytes).await;
    let name = name.map_err(|error| refused(error.into()))?;
    let (_, installed) = hall
        .folder
        .installed(&name)
        .map_err(|error| refused(error.into()))?;
    Ok(Json(inspected(&installed.skill, Some(&installed))).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    grants: Vec<String>,
}

impl Words {
    fn read(&self) -> Result<Vec<GrantWord>, Problem> {
        if self.grants.is_empty() {
            return Err(Problem::invalid("name at least one grant"));
        }
        let word = |text: &String| text.parse::<GrantWord>().map_err(Problem::invalid);
        self.grants.iter().map(word).collect()
    }
}

async fn grant(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    Named(name): Named<SkillName>,
    Sent(words): Sent<Words>,
) -> Result<Response, Problem> {
    let words = words.read()?;
    let granted = hall.folder.grant(&name, &words, Origin::Command);
    Ok(Json(granted.await?).into_response())
}

async fn revoke(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    Named(name): Named<SkillName>,
    Sent(words): Sent<Words>,
) -> Result<Response, Problem> {
    let words = words.read()?;
    let revoked = hall.folder.revoke(&name, &words);
    Ok(Json(revoked.await?).into_response())
}

async fn admit(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    Named(name): Named<SkillName>,
) -> Result<Response, Problem> {
    let (admitted, _) = hall.folder.admit(&name).await?;
    Ok(Json(admitted).into_response())
}

async fn lift(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    Named(name): Named<SkillName>,
) -> Result<Response, Problem> {
    let (_, installed) = hall.folder.installed(&name)?;
    let lifted = installed.quarantine.lift();
    Ok(Json(json!({ "skill": name, "lifted": lifted })).into_response())
}

async fn reload(State(hall): State<Arc<Hall>>, _: Operator) -> Result<Response, Problem> {
    hall.folder.skills.scan().await?;
    Ok(Json(files(&hall.folder.skills.entries())).into_response())
}
