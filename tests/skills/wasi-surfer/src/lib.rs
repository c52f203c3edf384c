//! Calls the web by `wasi:http`, for the host's tests: `surf HOST` gets `/page`
//! there by plain http, and hands over to `target` with what came of it.

use baton_sdk::prelude::*;

/// Calls the web by `wasi:http`.
#[skill]
pub struct WasiSurfer;

#[skill]
impl WasiSurfer {
    /// Tells what the web says.
    #[handoff("target", triggers = ["surf"])]
    fn surf(&self, query: &Query) -> Option<Grounds> {
        let host = query.text.split_once("surf ")?.1;
        let told = get(host).unwrap_or_else(|error| error);
        Some(Grounds::new().instructions(format!("told: {told}")))
    }
}

#[cfg(target_arch = "wasm32")]
fn get(host: &str) -> Result<String, String> {
    use wasip2::http::{
        outgoing_handler::handle,
        types::{Fields, OutgoingRequest, Scheme},
    };

    let wrong = |()| "the request cannot be made".to_owned();
    let request = OutgoingRequest::new(Fields::new());
    request.set_scheme(Some(&Scheme::Http)).map_err(wrong)?;
    request.set_authority(Some(host)).map_err(wrong)?;
    request.set_path_with_query(Some("/page")).map_err(wrong)?;
    let pending = handle(request, None).map_err(|error| error.to_string())?;
    pending.subscribe().block();
    let response = match pending.get() {
        Some(Ok(response)) => response.map_err(|error| error.to_string())?,
        _ => return Err("there is no response".to_owned()),
    };
    let body = response.consume().map_err(|()| "there is no body")?;
    let stream = body.stream().map_err(|()| "there is no stream")?;
    let mut bytes = Vec::new();
    while let Ok(more) = stream.blocking_read(64 << 10) {
        bytes.extend(more);
    }
    let text = String::from_utf8_lossy(&bytes);
    Ok(format!("{} {text}", response.status()))
}

#[cfg(not(target_arch = "wasm32"))]
fn get(host: &str) -> Result<String, String> {
    Err(format!("{host} is called from a component only"))
}
