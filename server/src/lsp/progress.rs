//! Work-done progress for loads that a person would notice.

use super::proto::NumberOrString;
use super::state::Shared;
use crate::bank::Progress;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};
use tokio::task::{JoinError, JoinHandle};
use tokio::time::sleep;

/// A load that takes longer than this is told of.
const NOTICEABLE: Duration = Duration::from_millis(300);
/// One of so many bytes will, so it is told of at once.
const LARGE: u64 = 32 << 20;
/// How often it is looked at.
const TICK: Duration = Duration::from_millis(20);
/// How often it is told of.
const EVERY: Duration = Duration::from_millis(200);

/// Waits for a load, and tells the client how far it is if it takes long and the client shows such things. The client's answers are not
/// waited for longer than the load.
///
/// # Errors
/// The load panicked.
pub async fn tell<T>(
    shared: &Shared,
    progress: &Progress,
    mut load: JoinHandle<T>,
) -> Result<T, JoinError> {
    if !shared.state().client.work_done_progress {
        return load.await;
    }
    let start = Instant::now();
    loop {
        tokio::select! {
            done = &mut load => return done,
            () = sleep(TICK) => {}
        }
        let total = progress.total.load(Ordering::Relaxed);
        if total >= LARGE || total > 0 && start.elapsed() >= NOTICEABLE {
            break;
        }
    }
    static NEXT: AtomicI32 = AtomicI32::new(1);
    let token = NumberOrString::Number(NEXT.fetch_add(1, Ordering::Relaxed));
    let created = tokio::select! {
        done = &mut load => return done,
        created = shared.client.create_work_done_progress(token.clone()) => created,
    };
    if created.is_err() {
        return load.await;
    }
    let ongoing = shared
        .client
        .progress(token, "Interview: reading questions")
        .with_percentage(0)
        .begin()
        .await;
    let done = loop {
        tokio::select! {
            done = &mut load => break done,
            () = sleep(EVERY) => {}
        }
        let [done, total] =
            [&progress.done, &progress.total].map(|count| count.load(Ordering::Relaxed));
        let percent = done * 100 / total.max(1);
        let message = format!("{} of {} MB", done / 1_000_000, total / 1_000_000);
        ongoing
            .report_with_message(message, percent.min(100) as u32)
            .await;
    };
    ongoing.finish().await;
    done
}
