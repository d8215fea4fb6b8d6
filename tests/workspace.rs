//! Names that come from the user's other modules: on disk, in open buffers, changed, made and deleted.

use crate::client::{Client, capable};
use serde_json::json;
use std::path::Path;

/// A client whose workspace is a folder with these files.
fn start(folder: &Path, files: &[(&str, &str)]) -> Client {
    for (name, text) in files {
        write(folder, name, text);
    }
    let mut params = capable();
    params["workspaceFolders"] = json!([{"uri": uri(folder, ""), "name": "w"}]);
    Client::with(params)
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
    std::fs::write(path, text).expect("a file");
}

fn uri(folder: &Path, name: &str) -> String {
    format!("file://{}", folder.join(name).display())
}

const MAIN: &str = "\
from app.locks import guard, Guard, LIMIT, helper
from app import Guard as Again
guard.acquire
Guard().inner.release
Again().inner
helper().acquire
LIMIT
";

const LOCKS: &str = "\
import threading
guard = threading.Lock()
LIMIT = 5
class Guard:
    def __init__(self):
        self.inner = threading.RLock()
def helper():
    return guard
";

#[test]
fn names_from_other_modules_are_followed_on_disk_and_in_buffers() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let mut client = start(
        root,
        &[
            ("app/__init__.py", "from .locks import Guard\n"),
            ("app/locks.py", LOCKS),
            ("main.py", MAIN),
        ],
    );
    let main = uri(root, "main.py");
    client.open(&main, MAIN);
    let hover = |client: &mut Client, line: u32| {
        let text = MAIN.lines().nth(line as usize).expect("a line");
        client.construct(&main, line, text.len() as u32 - 1)
    };
    assert_eq!(hover(&mut client, 2), "threading.Lock.acquire");
    assert_eq!(hover(&mut client, 3), "threading.RLock.release");
    assert_eq!(hover(&mut client, 4), "threading.RLock");
    assert_eq!(hover(&mut client, 5), "threading.Lock.acquire");

    // Open in the editor: what is typed counts, saved or not.
    let locks = uri(root, "app/locks.py");
    client.open(&locks, LOCKS);
    let edited = LOCKS.replace("guard = threading.Lock()", "guard = threading.Semaphore()");
    client.change(&locks, 2, &[json!({"text": edited})]);
    assert_eq!(hover(&mut client, 2), "threading.Semaphore.acquire");
    // Closed without saving: the disk counts again.
    client.close(&locks);
    assert_eq!(hover(&mut client, 2), "threading.Lock.acquire");
    // Changed on disk by another program.
    write(
        root,
        "app/locks.py",
        &LOCKS.replace("threading.Lock()", "threading.BoundedSemaphore()"),
    );
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [{"uri": locks, "type": 2}]}),
    );
    assert_eq!(hover(&mut client, 2), "threading.BoundedSemaphore.acquire");
    // Deleted: nothing is known any more, and nothing is guessed.
    std::fs::remove_file(root.join("app/locks.py")).expect("it was there");
    assert_eq!(hover(&mut client, 3), "");
    client.finish();
}
