//! The protocol: the only layer that knows JSON-RPC, positions, URIs, tower-lsp and tokio.
//!
//! A handler converts what came in, calls a pure function of the layers below and converts what comes out. Its state changes
//! under a lock before anything is awaited, so that bursts keep their order; the client is asked only from spawned tasks, so that
//! a client that does not answer holds nothing up.

mod actions;
mod analyses;
mod bank_file;
mod banks;
mod check;
mod commands;
mod configuration;
mod convert;
mod diagnostics;
mod documents;
mod guard;
mod hover;
mod initialize;
mod outbox;
mod progress;
mod proto;
mod server;
mod state;
mod symbols;
mod uri;
mod watch;
mod wire;

use std::time::Duration;

use proto::{LspService, Server as Transport};
use tokio::io::{AsyncRead, AsyncWrite};

/// How many handlers may wait at once. With the default of 4, four that hang would stop everything, cancellation included.
const CONCURRENCY: usize = 64;

/// The parser recurses with the nesting of the code: this much stack (in bytes) carries the nesting that it is allowed.
pub const STACK: usize = 16 * 1024 * 1024;

/// How a server begins.
pub struct Start {
    /// The settings of the command line, over which the client's are laid.
    pub base_settings: serde_json::Value,
    /// How long anybody waits for an analysis; what takes longer is answered with nothing.
    pub patience: Duration,
}

impl Default for Start {
    fn default() -> Self {
        Start {
            base_settings: serde_json::Value::Null,
            patience: analyses::PATIENCE,
        }
    }
}

/// Serves over standard input and output until the client says `exit` or goes away, with the settings of the command line
/// under the client's. Returns the process's exit code: 0
/// after a proper `shutdown`.
pub fn serve_stdio(base_settings: serde_json::Value) -> i32 {
    let thread = std::thread::Builder::new()
        .name("server".into())
        .stack_size(STACK)
        .spawn(move || {
            guard::keep_panics_quiet();
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            let clean = runtime.block_on(serve(
                tokio::io::stdin(),
                tokio::io::stdout(),
                Start {
                    base_settings,
                    ..Start::default()
                },
            ));
            // Reading standard input blocks a thread that nothing can wake: waiting for it would hang the exit.
            runtime.shutdown_background();
            std::io::Result::Ok(if clean { 0 } else { 1 })
        });
    let served = thread.and_then(|thread| {
        thread
            .join()
            .unwrap_or_else(|_| Err(std::io::Error::other("the server's thread panicked")))
    });
    served.unwrap_or_else(|error| {
        eprintln!("interview-lsp: cannot serve: {error}");
        1
    })
}

/// How many bytes of messages may wait between the two halves of the reading side.
const BUFFER: usize = 64 * 1024;

/// Serves one client over any pair of streams; returns whether it ended with a `shutdown`.
pub async fn serve(input: impl AsyncRead + Unpin, output: impl AsyncWrite, start: Start) -> bool {
    let mut shared = None;
    let (service, socket) = LspService::new(|client| {
        let server = server::Server::new(client, start);
        shared = Some(server.shared());
        server
    });
    let Some(shared) = shared else {
        return false;
    };
    let (readable, fed) = tokio::io::duplex(BUFFER);
    let transport = Transport::new(readable, output, socket)
        .concurrency_level(CONCURRENCY)
        .serve(guard::Guard::new(service, shared.clone()));
    // At the end of the input the transport ends by itself, and says first what it still has to say.
    let fed = async {
        wire::feed(input, fed, shared.outbox.clone()).await;
        std::future::pending().await
    };
    tokio::select! {
        () = transport => {}
        () = fed => {}
    }
    shared.state().shut_down
}
