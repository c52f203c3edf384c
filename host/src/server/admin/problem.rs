//! Errors as `application/problem+json` (RFC 9457).

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    conversation::HistoryError,
    folder::ApprovalError,
    handoff::{CreditError, DeskError, RetryError, StoreError, TicketError},
    server::client::Refused,
    skill::{FolderError, PutError},
    view::conversation::LookingBack,
};

/// Why something is not done.
#[derive(Debug)]
pub(in crate::server) struct Problem {
    pub(in crate::server) status: StatusCode,
    pub(in crate::server) detail: String,
}

impl Problem {
    fn new(status: StatusCode, detail: impl ToString) -> Self {
        Self {
            status,
            detail: detail.to_string(),
        }
    }

    /// The request is wrong.
    pub(in crate::server) fn invalid(detail: impl ToString) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// There is no such thing.
    pub(in crate::server) fn not_found(detail: impl ToString) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    fn conflict(detail: impl ToString) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }

    /// It is asked for as it should be, and cannot be done.
    fn ours(detail: impl ToString) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, detail);
        tracing::error!("an operator's request failed: {}", problem.detail);
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("error"),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let status = match refused {
            Refused::NoToken | Refused::UnknownToken => StatusCode::UNAUTHORIZED,
            Refused::NotAllowed { .. } | Refused::OtherUser { .. } | Refused::OtherSite => {
                StatusCode::FORBIDDEN
            }
            Refused::UserId(_) => StatusCode::BAD_REQUEST,
        };
        Self::new(status, refused)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::ours(error)
    }
}

impl From<HistoryError> for Problem {
    fn from(error: HistoryError) -> Self {
        Self::ours(error)
    }
}

impl From<LookingBack> for Problem {
    fn from(error: LookingBack) -> Self {
        Self::ours(error)
    }
}

impl From<FolderError> for Problem {
    fn from(error: FolderError) -> Self {
        Self::ours(error)
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Text(_) | DeskError::KeyOfNobody(_) => Self::invalid(error),
            DeskError::NotYours(_) => Self::new(StatusCode::FORBIDDEN, error),
            DeskError::NoConversation(_) => Self::not_found(error),
            DeskError::Crowded { .. } => Self::new(StatusCode::TOO_MANY_REQUESTS, error),
            DeskError::NotWaiting | DeskError::KeyOfAnother(_) => Self::conflict(error),
            DeskError::Store(_) => Self::ours(error),
        }
    }
}

impl From<TicketError> for Problem {
    fn from(error: TicketError) -> Self {
        match error {
            TicketError::Unknown(_) => Self::not_found(error),
            TicketError::Text(_) => Self::invalid(error),
            TicketError::NotAllowed { .. } => Self::new(StatusCode::FORBIDDEN, error),
            TicketError::Desk(error) => error.into(),
            TicketError::Store(error) => error.into(),
            TicketError::Closed(_)
            | TicketError::Claimed { .. }
            | TicketError::Nobody { .. }
            | TicketError::NoApproval(_)
            | TicketError::AsksApproval(_)
            | TicketError::Decided { .. }
            | TicketError::TooLate(_)
            | TicketError::Changed(_) => Self::conflict(error),
        }
    }
}

impl From<RetryError> for Problem {
    fn from(error: RetryError) -> Self {
        match error {
            RetryError::Unknown(_) => Self::not_found(error),
            RetryError::Desk(error) => error.into(),
            RetryError::Order(_) => Self::conflict(error),
            RetryError::Store(error) => error.into(),
        }
    }
}

impl From<ApprovalError> for Problem {
    fn from(error: ApprovalError) -> Self {
        match error {
            ApprovalError::NoSkill { .. } => Self::not_found(error),
            ApprovalError::Listed { .. } | ApprovalError::NotGranted { .. } => {
                Self::conflict(error)
            }
            ApprovalError::Lock { .. } | ApprovalError::Folder(_) => Self::ours(error),
        }
    }
}

impl From<PutError> for Problem {
    fn from(error: PutError) -> Self {
        match error {
            PutError::Name(_) => Self::invalid(error),
            PutError::Refused(_) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, error),
            PutError::Io { .. } | PutError::Folder(_) => Self::ours(error),
        }
    }
}

impl From<CreditError> for Problem {
    fn from(error: CreditError) -> Self {
        match error {
            CreditError::Nothing => Self::invalid(error),
            CreditError::Payment(_) => Self::conflict(error),
            CreditError::Store(_) | CreditError::Silent => Self::ours(error),
        }
    }
}
