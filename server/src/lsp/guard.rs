//! Stands between the transport and every handler: a panic becomes an error answer, a URI that is only badly written is mended
//! before it is parsed, and a `shutdown` is noted.

use super::proto::{Error, ErrorCode, ExitedError, LSPAny, Request, Response};
use super::state::Shared;
use super::uri;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::cell::RefCell;
use std::panic::AssertUnwindSafe;
use std::task::{Context, Poll};
use tower_service::Service;

pub struct Guard<S> {
    inner: S,
    shared: Shared,
}

impl<S> Guard<S> {
    pub fn new(inner: S, shared: Shared) -> Self {
        Guard { inner, shared }
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
        let request = mend(request);
        let method = request.method().to_string();
        let id = request.id().cloned();
        if method == "shutdown" {
            // Here and not in the handler, which an `exit` right behind it would cancel: hearing it is what counts.
            let mut state = self.shared.state();
            state.shut_down = state.initialized;
        }
        let outbox = self.shared.outbox.clone();
        // The call itself reads the parameters: it is guarded as well as the handler that it returns.
        let called = std::panic::catch_unwind(AssertUnwindSafe(|| self.inner.call(request)));
        Box::pin(async move {
            let handled = match called {
                Ok(handling) => AssertUnwindSafe(handling).catch_unwind().await,
                Err(panic) => Err(panic),
            };
            handled.unwrap_or_else(|_| {
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

/// Encodes what clients leave raw in the URIs of a request, and gives `initialized` the empty parameters that some leave out;
/// everything else stays as it came.
fn mend(request: Request) -> Request {
    let (method, id, mut params) = request.into_parts();
    if method == "initialized" {
        params.get_or_insert_with(|| LSPAny::Object(Default::default()));
    }
    if let Some(params) = &mut params {
        for pointer in ["/textDocument/uri", "/rootUri"] {
            params.pointer_mut(pointer).map(mend_uri);
        }
        let folders = params
            .pointer_mut("/workspaceFolders")
            .and_then(LSPAny::as_array_mut);
        for folder in folders.into_iter().flatten() {
            folder.get_mut("uri").map(mend_uri);
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

fn mend_uri(value: &mut LSPAny) {
    if let LSPAny::String(text) = value {
        *text = uri::lenient(text);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Start;
    use super::super::proto::LspService;
    use super::super::server::Server;
    use super::*;

    /// Panics where it is asked to, else answers with the parameters.
    struct Fragile;

    impl Service<Request> for Fragile {
        type Response = Option<Response>;
        type Error = ExitedError;
        type Future = BoxFuture<'static, Result<Option<Response>, ExitedError>>;

        fn poll_ready(&mut self, _: &mut Context) -> Poll<Result<(), ExitedError>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, request: Request) -> Self::Future {
            assert!(request.method() != "at once", "the call broke");
            Box::pin(async move {
                assert!(request.method() != "later", "the handler broke");
                let (_, id, params) = request.into_parts();
                Ok(id.map(|id| Response::from_ok(id, params.unwrap_or_default())))
            })
        }
    }

    async fn answer(
        guard: &mut Guard<Fragile>,
        method: &'static str,
        id: Option<i64>,
    ) -> Option<Response> {
        let request = Request::build(method).params("fine");
        let request = if let Some(id) = id {
            request.id(id)
        } else {
            request
        };
        guard.call(request.finish()).await.unwrap()
    }

    #[test]
    fn a_panic_becomes_an_error_and_the_next_request_works() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut shared = None;
            let (_service, _socket) = LspService::new(|client| {
                let server = Server::new(client, Start::default());
                shared = Some(server.shared());
                server
            });
            let mut guard = Guard::new(Fragile, shared.unwrap());
            for (id, method) in [(1, "at once"), (2, "later")] {
                let broken = answer(&mut guard, method, Some(id)).await.unwrap();
                let error = broken.error().unwrap();
                assert_eq!(
                    (broken.id(), error.code),
                    (&id.into(), ErrorCode::InternalError)
                );
                assert!(
                    error.message.starts_with(&format!("{method} failed")),
                    "{}",
                    error.message
                );
                // Nobody waits for an answer to a notification.
                assert_eq!(answer(&mut guard, method, None).await, None);
            }
            let fine = answer(&mut guard, "fine", Some(3)).await.unwrap();
            assert_eq!(fine.result(), Some(&"fine".into()));
        });
    }
}
