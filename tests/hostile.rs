//! Sources that no Python would run: answered or refused, and nobody else waits for them.

use crate::client::{Client, construct_of};
use crate::monsters;
use serde_json::Value;

const OTHER: &str = "file:///w/other.py";

#[test]
fn a_monster_is_answered_or_named_in_the_log_and_holds_nothing_up() {
    for (title, source) in monsters::all() {
        let mut client = Client::start();
        client.open(OTHER, "import gc\ngc.collect()\n");
        let uri = "file:///w/monster.py";
        client.open(uri, &source);
        let asked = client.ask_hover(uri, 0, 0);
        let hover = client.hover(OTHER, 1, 5);
        assert_eq!(construct_of(&hover), "gc.collect", "{title}");
        let reply = client.reply(asked);
        assert!(reply.get("error").is_none(), "{title}: {reply}");
        // An edit while it may still be analysed, and the hover that would see it.
        client.change(uri, 2, &[serde_json::json!("import gc\ngc.collect()\n")]);
        let hover = client.hover(uri, 1, 5);
        if hover == Value::Null {
            client.logged("monster.py: its analysis takes long");
        } else {
            assert_eq!(construct_of(&hover), "gc.collect", "{title}");
        }
        client.allow("window/logMessage");
        client.finish();
    }
}
