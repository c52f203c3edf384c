//! `log`: lines for the operator.

use crate::{
    conversation::EventKind,
    skill::{bindings::baton::skill::log::Host, convert::line, guest::Guest},
};

impl Host for Guest {
    fn write(&mut self, level: String, message: String) -> wasmtime::Result<()> {
        self.enter()?;
        if !self.may_log() {
            // A flood must not fill the operator's disk; the first lines say enough.
            return Ok(());
        }
        let (skill, text) = (self.permit.skill.clone(), line(&message));
        let conversation = self
            .turn
            .as_ref()
            .map_or("", |turn| turn.query.conversation.as_str());
        let level = match level.as_str() {
            "error" => {
                tracing::error!(%skill, conversation, "{text}");
                "error"
            }
            "warn" => {
                tracing::warn!(%skill, conversation, "{text}");
                "warn"
            }
            "debug" => {
                tracing::debug!(%skill, conversation, "{text}");
                "debug"
            }
            _ => {
                tracing::info!(%skill, conversation, "{text}");
                "info"
            }
        };
        if let Some(turn) = &self.turn {
            turn.record(EventKind::SkillLog {
                skill,
                level: level.to_owned(),
                text,
            });
        }
        Ok(())
    }
}
