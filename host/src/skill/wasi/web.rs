//! `wasi:http` for components that import it: the same grant and the same client
//! as `http`. Nothing else of WASI is linked but the streams that bodies are read
//! and written by.

use http::{HeaderMap, Request as HttpRequest, Response as HttpResponse, header};
use http_body_util::{BodyExt, Full, Limited};
use wasmtime::component::{Linker, ResourceTable};
use wasmtime_wasi_http::{
    Error, RequestOptions, WasiBody, WasiHttpCtxView, WasiHttpHooks, WasiHttpView,
};
use wasmtime_wasi_io::IoView;

use crate::skill::{
    capability::http::{NotBegun, WebGate},
    guest::Guest,
};
use crate::web::{Request, Response, WebError};

/// What is linked besides, in all versions that are alike.
const LINKED: [&str; 5] = [
    "wasi:http/types@0.2.",
    "wasi:http/outgoing-handler@0.2.",
    "wasi:io/error@0.2.",
    "wasi:io/poll@0.2.",
    "wasi:io/streams@0.2.",
];

/// Whether a component with these imports calls the web by `wasi:http`.
pub(in crate::skill) fn is_wanted(imports: &[String]) -> bool {
    imports.iter().any(|name| is_http(name))
}

/// Whether an import is the one that sends requests.
pub(in crate::skill) fn is_http(import: &str) -> bool {
    import.starts_with("wasi:http/outgoing-handler@0.2.")
}

/// Whether an import is there for components that call the web.
pub(in crate::skill) fn is_linked(import: &str) -> bool {
    LINKED.iter().any(|linked| import.starts_with(linked))
}

/// Links what is needed to call the web.
pub(super) fn link(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    wasmtime_wasi_io::add_to_linker_async(linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)
}

impl IoView for Guest {
    fn table(&mut self) -> &mut ResourceTable {
        self.may_wait();
        let (_, handles) = self.web();
        handles
    }
}

impl WasiHttpView for Guest {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        let (web, table) = self.web();
        let (access, ctx) = web.for_wasi();
        WasiHttpCtxView {
            hooks: access,
            table,
            ctx,
        }
    }
}

type Done = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Sent = Box<dyn Future<Output = Result<(HttpResponse<WasiBody>, Done), Error>> + Send>;

impl WasiHttpHooks for WebGate {
    fn set_host_header(&mut self) -> bool {
        false
    }

    fn send_request(
        &mut self,
        request: HttpRequest<WasiBody>,
        options: Option<RequestOptions>,
        _: Done,
    ) -> Sent {
        let (parts, body) = request.into_parts();
        let headers = parts
            .headers
            .iter()
            // It is of no use once the body is there, and set anew.
            .filter(|(name, _)| **name != header::CONTENT_LENGTH)
            .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
        // The guest has the first byte when the host has the last.
        let timeout = options.and_then(|options| options.first_byte_timeout);
        let url = parts.uri.to_string();
        let request = Request::new(parts.method.as_str(), &url, headers, Vec::new(), timeout);
        let most = self.longest_body();
        let begun = self.begin(request);
        Box::new(async move {
            let begun = begun.map_err(not_begun)?;
            // It is still being written by the guest.
            let body = Limited::new(body, most)
                .collect()
                .await
                .map_err(|_| Error::HttpRequestBodySize(Some(most as u64)))?;
            let sent = begun.with_body(body.to_bytes().to_vec()).send().await;
            let response = convert(sent.map_err(failed)?)?;
            Ok((response, Box::new(async { Ok(()) }) as Done))
        })
    }
}

fn convert(response: Response) -> Result<HttpResponse<WasiBody>, Error> {
    let body = Full::from(response.body).map_err(|never| match never {});
    let mut converted = HttpResponse::builder()
        .status(response.status)
        .body(body.boxed_unsync())
        .map_err(|error| Error::InternalError(Some(error.to_string())))?;
    *converted.headers_mut() = response.headers;
    let headers: &mut HeaderMap = converted.headers_mut();
    // The body is whole, and is not as long as it was if a secret was in it.
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::TRANSFER_ENCODING);
    headers.remove(header::CONNECTION);
    Ok(converted)
}

fn not_begun(why: NotBegun) -> Error {
    match why {
        NotBegun::NoTurn => Error::HttpRequestDenied,
        NotBegun::OnlyReads(_) => Error::HttpRequestMethodInvalid,
        NotBegun::TooMany(_) => Error::ConnectionLimitReached,
        NotBegun::Refused(refused) => failed(refused),
    }
}

fn failed(error: WebError) -> Error {
    match error {
        WebError::NotGranted(_)
        | WebError::Redirected { .. }
        | WebError::NoSecret(_)
        | WebError::SecretNotFor { .. } => Error::HttpRequestDenied,
        WebError::Address { .. } => Error::DestinationIpProhibited,
        WebError::Redirects(_) => Error::LoopDetected,
        WebError::Timeout { .. } => Error::HttpResponseTimeout,
        WebError::TooLong { limit, .. } => Error::HttpResponseBodySize(Some(limit as u64)),
        WebError::Unreachable { .. } => Error::DestinationUnavailable,
        WebError::Invalid(why) => Error::InternalError(Some(why)),
    }
}
