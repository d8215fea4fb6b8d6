//! Stands between the transport and every handler: a panic becomes an error answer, and a URI that is only badly written is
//! mended before it is parsed.

use super::outbox::Outbox;
use super::proto::{Error, ErrorCode, ExitedError, LSPAny, Request, Response};
use super::uri;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::cell::RefCell;
use std::panic::AssertUnwindSafe;
use std::task::{Context, Poll};
use tower_service::Service;

pub struct Guard<S> {
    inner: S,
    outbox: Outbox,
}

impl<S> Guard<S> {
    pub fn new(inner: S, outbox: Outbox) -> Self {
        Guard { inner, outbox }
    }
}

impl<S> Service<Request> for Guard<S>
where
    S: Service<Request, Response = Option<Response>, Error = ExitedError>,
    S::Future: Send + 'static,
{
    type Response = Option<Response>;
    type Error = ExitedError;
    type Future = BoxFuture<'static, Result<Option<Response>, ExitedError>>;

    fn poll_ready(&mut self, cx: &mut Context) -> Poll<Result<(), ExitedError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let request = mend_uris(request);
        let method = request.method().to_string();
        let id = request.id().cloned();
        let outbox = self.outbox.clone();
        let handling = AssertUnwindSafe(self.inner.call(request)).catch_unwind();
        Box::pin(async move {
            handling.await.unwrap_or_else(|_| {
                let what = LAST_PANIC.take();
                let message =
                    format!("{method} failed: {what}. The server goes on; please report this.");
                outbox.error(&message);
                Ok(id.map(|id| {
                    let error = Error {
                        code: ErrorCode::InternalError,
                        message: message.into(),
                        data: None,
                    };
                    Response::from_error(id, error)
                }))
            })
        })
    }
}

thread_local! {
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps panics off standard error, where editors show every line to the user: the message goes into the error answer.
pub fn keep_panics_quiet() {
    std::panic::set_hook(Box::new(|panic| {
        let text = panic
            .payload_as_str()
            .unwrap_or("a panic without a message");
        let place = panic
            .location()
            .map(|l| format!(" ({}:{})", l.file(), l.line()))
            .unwrap_or_default();
        LAST_PANIC.set(format!("{text}{place}"));
    }));
}

/// Encodes what clients leave raw in the URIs of a request; everything else stays as it came.
fn mend_uris(request: Request) -> Request {
    let (method, id, mut params) = request.into_parts();
    if let Some(params) = &mut params {
        for pointer in ["/textDocument/uri", "/rootUri"] {
            params.pointer_mut(pointer).map(mend);
        }
        let folders = params
            .pointer_mut("/workspaceFolders")
            .and_then(LSPAny::as_array_mut);
        for folder in folders.into_iter().flatten() {
            folder.get_mut("uri").map(mend);
        }
    }
    let mut mended = Request::build(method);
    if let Some(params) = params {
        mended = mended.params(params);
    }
    if let Some(id) = id {
        mended = mended.id(id);
    }
    mended.finish()
}

fn mend(value: &mut LSPAny) {
    if let LSPAny::String(text) = value {
        *text = uri::lenient(text);
    }
}
