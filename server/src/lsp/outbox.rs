//! What the server says without being asked: log lines, messages, diagnostics, in the order in which they were said.
//!
//! Saying something never waits: a task of its own sends, so that a client that reads slowly holds up nothing but this.

use super::proto::{Client, Diagnostic, MessageType, Uri};
use crate::settings::LogLevel;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use tokio::sync::mpsc;

#[derive(Clone)]
pub struct Outbox {
    sender: mpsc::UnboundedSender<Outgoing>,
    level: Arc<AtomicU8>,
}

enum Outgoing {
    Log(MessageType, String),
    Show(MessageType, String),
    Diagnostics(Uri, Vec<Diagnostic>, Option<i32>),
}

impl Outbox {
    pub fn new(client: Client) -> Self {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(outgoing) = receiver.recv().await {
                match outgoing {
                    Outgoing::Log(kind, text) => client.log_message(kind, text).await,
                    Outgoing::Show(kind, text) => client.show_message(kind, text).await,
                    Outgoing::Diagnostics(uri, list, version) => {
                        client.publish_diagnostics(uri, list, version).await
                    }
                }
            }
        });
        Outbox {
            sender,
            level: Arc::new(AtomicU8::new(LogLevel::Info as u8)),
        }
    }

    /// Which log lines go out from now on.
    pub fn set_level(&self, level: LogLevel) {
        self.level.store(level as u8, Ordering::Relaxed);
    }

    pub fn error(&self, text: &str) {
        self.log(LogLevel::Error, MessageType::ERROR, text);
    }

    pub fn warn(&self, text: &str) {
        self.log(LogLevel::Warn, MessageType::WARNING, text);
    }

    pub fn info(&self, text: &str) {
        self.log(LogLevel::Info, MessageType::INFO, text);
    }

    pub fn debug(&self, text: &str) {
        self.log(LogLevel::Debug, MessageType::LOG, text);
    }

    /// Shows a warning to the user and writes it to the log.
    pub fn show_warning(&self, text: &str) {
        self.warn(text);
        self.send(Outgoing::Show(MessageType::WARNING, text.to_string()));
    }

    pub fn show_info(&self, text: &str) {
        self.send(Outgoing::Show(MessageType::INFO, text.to_string()));
    }

    pub fn diagnostics(&self, uri: Uri, list: Vec<Diagnostic>, version: Option<i32>) {
        self.send(Outgoing::Diagnostics(uri, list, version));
    }

    fn log(&self, level: LogLevel, kind: MessageType, text: &str) {
        if level as u8 <= self.level.load(Ordering::Relaxed) {
            self.send(Outgoing::Log(kind, text.to_string()));
        }
    }

    fn send(&self, outgoing: Outgoing) {
        // The receiver is gone only while the server ends.
        let _ = self.sender.send(outgoing);
    }
}
