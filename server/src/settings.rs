//! The settings, one table for all: their names, types, defaults and descriptions, and how a client's JSON becomes them.
//!
//! README, the VS Code extension's `package.json` and `docs/settings.schema.json` are held to [`SETTINGS`] by a test. This
//! file must not know the protocol: it takes JSON and gives warnings as text.

use crate::bank::Lang;
use serde_json::{Map, Value, json};

/// What the user has chosen, ready to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `None` is `auto`: the client's locale, then `LANG`.
    pub locale: Option<Lang>,
    /// Paths as written; [`crate::bank::expand`] resolves them.
    pub banks: Vec<String>,
    pub builtin_bank: bool,
    pub hover: bool,
    /// Cards on plain keywords such as `for` and `with`.
    pub hover_keywords: bool,
    pub hover_max_lines: usize,
    pub actions: bool,
    /// Traps as hints in the editor.
    pub traps: bool,
    pub log_level: LogLevel,
}

/// How much goes to the client's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            locale: None,
            banks: Vec::new(),
            builtin_bank: true,
            hover: true,
            hover_keywords: true,
            hover_max_lines: 12,
            actions: true,
            traps: false,
            log_level: LogLevel::Info,
        }
    }
}

/// The values a setting takes.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Bool(bool),
    /// The values and the default.
    Choice(&'static [&'static str], &'static str),
    /// From, to and default.
    Number(u64, u64, u64),
    Paths,
}

/// One setting: its key without `interview.`, its values and what it does.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub key: &'static str,
    pub kind: Kind,
    pub description: &'static str,
}

const fn setting(key: &'static str, kind: Kind, description: &'static str) -> Setting {
    Setting {
        key,
        kind,
        description,
    }
}

/// Every setting, in the order in which documents list them.
pub const SETTINGS: &[Setting] = &[
    setting(
        "locale",
        Kind::Choice(&["auto", "en", "ru"], "auto"),
        "Language of the cards and questions. `auto` takes the editor's language, then `LANG`.",
    ),
    setting(
        "banks",
        Kind::Paths,
        "Folders and Markdown files with questions of your own. `~` and `${workspaceFolder}` are replaced.",
    ),
    setting(
        "builtinBank",
        Kind::Bool(true),
        "Use the questions that come with the server.",
    ),
    setting(
        "hover.enable",
        Kind::Bool(true),
        "Show a card when the pointer rests on Python code.",
    ),
    setting(
        "hover.keywords",
        Kind::Bool(true),
        "Show cards on the syntax too (`with`, `async def`, operators), not only on names.",
    ),
    setting(
        "hover.maxLines",
        Kind::Number(4, 40, 12),
        "The most lines a card may have.",
    ),
    setting(
        "actions.enable",
        Kind::Bool(true),
        "Offer questions as code actions.",
    ),
    setting(
        "traps",
        Kind::Choice(&["off", "hint"], "off"),
        "Mark code that interviewers ask about because it goes wrong, such as a mutable default argument, with a hint.",
    ),
    setting(
        "logLevel",
        Kind::Choice(&["error", "warn", "info", "debug"], "info"),
        "How much the server writes to the editor's log.",
    ),
];

impl Setting {
    pub fn default_value(&self) -> Value {
        match self.kind {
            Kind::Bool(value) => json!(value),
            Kind::Choice(_, value) => json!(value),
            Kind::Number(_, _, value) => json!(value),
            Kind::Paths => json!([]),
        }
    }

    /// What a value must be, for a warning.
    fn expected(&self) -> String {
        match self.kind {
            Kind::Bool(_) => "true or false".to_string(),
            Kind::Choice(values, _) => {
                let values: Vec<_> = values.iter().map(|v| format!("\"{v}\"")).collect();
                format!("one of {}", values.join(", "))
            }
            Kind::Number(from, to, _) => format!("a whole number from {from} to {to}"),
            Kind::Paths => "a list of paths, such as [\"~/questions\"]".to_string(),
        }
    }

    fn accepts(&self, value: &Value) -> bool {
        match self.kind {
            Kind::Bool(_) => value.is_boolean(),
            Kind::Choice(values, _) => value.as_str().is_some_and(|v| values.contains(&v)),
            Kind::Number(from, to, _) => number(value).is_some_and(|n| (from..=to).contains(&n)),
            Kind::Paths => value
                .as_array()
                .is_some_and(|paths| paths.iter().all(Value::is_string)),
        }
    }
}

/// A whole number, also where the client's language writes all numbers as floats (Lua, Emacs Lisp).
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| {
        let float = value.as_f64()?;
        (float.fract() == 0.0 && (0.0..1e9).contains(&float)).then_some(float as u64)
    })
}

impl Settings {
    /// Lays the layers over the defaults, later ones over earlier ones, and reports what is wrong in any of them.
    ///
    /// A layer is what a client sends: bare (`{"locale": "ru"}`) or wrapped (`{"interview": {...}}`), nested
    /// (`{"hover": {"enable": true}}`) or dotted (`{"hover.enable": true}`); `null` is an empty one.
    pub fn from_layers(layers: &[&Value]) -> (Settings, Vec<String>) {
        let mut settings = Settings::default();
        let mut warnings = Vec::new();
        for layer in layers {
            for (key, value) in flatten(layer, &mut warnings) {
                let Some(setting) = SETTINGS.iter().find(|s| s.key == key) else {
                    warnings.push(unknown(&key));
                    continue;
                };
                if setting.accepts(&value) {
                    settings.set(setting.key, &value);
                } else {
                    warnings.push(format!(
                        "interview.{key} is {value}, but must be {}; {} is used",
                        setting.expected(),
                        setting.default_value(),
                    ));
                }
            }
        }
        (settings, warnings)
    }

    /// Sets one accepted value.
    fn set(&mut self, key: &str, value: &Value) {
        let text = || value.as_str().unwrap_or_default();
        let flag = || value.as_bool().unwrap_or_default();
        match key {
            "locale" => self.locale = Lang::from_locale(text()),
            "banks" => {
                let paths = value.as_array().into_iter().flatten();
                self.banks = paths.filter_map(|p| p.as_str().map(String::from)).collect();
            }
            "builtinBank" => self.builtin_bank = flag(),
            "hover.enable" => self.hover = flag(),
            "hover.keywords" => self.hover_keywords = flag(),
            "hover.maxLines" => {
                self.hover_max_lines = number(value).map_or(self.hover_max_lines, |n| n as usize);
            }
            "actions.enable" => self.actions = flag(),
            "traps" => self.traps = text() == "hint",
            "logLevel" => self.log_level = LogLevel::from_name(text()),
            _ => {}
        }
    }

    /// The settings in force as the JSON a client would send, for reports.
    pub fn to_json(&self) -> Value {
        json!({
            "locale": self.locale.map_or("auto", Lang::as_str),
            "banks": self.banks,
            "builtinBank": self.builtin_bank,
            "hover.enable": self.hover,
            "hover.keywords": self.hover_keywords,
            "hover.maxLines": self.hover_max_lines,
            "actions.enable": self.actions,
            "traps": if self.traps { "hint" } else { "off" },
            "logLevel": self.log_level.as_str(),
        })
    }
}

impl LogLevel {
    fn from_name(name: &str) -> LogLevel {
        match name {
            "error" => LogLevel::Error,
            "warn" => LogLevel::Warn,
            "debug" => LogLevel::Debug,
            _ => LogLevel::Info,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            LogLevel::Error => "error",
            LogLevel::Warn => "warn",
            LogLevel::Info => "info",
            LogLevel::Debug => "debug",
        }
    }
}

/// The language of the environment, by the variables that say it, the strongest first.
pub fn lang_of_environment() -> Option<Lang> {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].map(|name| std::env::var(name).unwrap_or_default());
    set.iter()
        .find(|value| !value.is_empty())
        .and_then(|locale| Lang::from_locale(locale))
}

/// Whether a client's JSON says anything about our settings (a client may send every server's settings, or none).
pub fn concerns_us(value: &Value) -> bool {
    let Value::Object(map) = value else {
        return false;
    };
    map.contains_key("interview")
        || map.keys().any(|key| {
            let key = key.strip_prefix("interview.").unwrap_or(key);
            SETTINGS
                .iter()
                .any(|s| s.key == key || s.key.split('.').next() == Some(key))
        })
}

/// The schema of the settings object, for editors that complete JSON: `docs/settings.schema.json`.
pub fn json_schema() -> Value {
    let mut properties = Map::new();
    for setting in SETTINGS {
        let mut schema = match setting.kind {
            Kind::Bool(_) => json!({"type": "boolean"}),
            Kind::Choice(values, _) => json!({"type": "string", "enum": values}),
            Kind::Number(from, to, _) => json!({"type": "integer", "minimum": from, "maximum": to}),
            Kind::Paths => json!({"type": "array", "items": {"type": "string"}}),
        };
        schema["default"] = setting.default_value();
        schema["description"] = json!(setting.description);
        properties.insert(format!("interview.{}", setting.key), schema);
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Settings of interview-lsp",
        "type": "object",
        "properties": properties,
    })
}

/// The settings of a layer as dotted keys without `interview.`.
///
/// Keys that are not ours are passed over where the object is bare (it may hold other things, such as `commandLinks`), and
/// kept, to be warned about, where it is wrapped.
fn flatten(layer: &Value, warnings: &mut Vec<String>) -> Vec<(String, Value)> {
    let map = match layer {
        Value::Object(map) => map,
        Value::Null => return Vec::new(),
        empty if is_empty_table(empty) => return Vec::new(),
        other => {
            warnings.push(format!(
                "the settings are {other}, but must be an object; the defaults are used"
            ));
            return Vec::new();
        }
    };
    let mut flat = Vec::new();
    for (key, value) in map {
        if key == "interview" {
            match value {
                Value::Object(inner) => inner.iter().for_each(|(k, v)| push(k, v, true, &mut flat)),
                Value::Null => {}
                empty if is_empty_table(empty) => {}
                other => warnings.push(format!(
                    "interview is {other}, but must be an object; the defaults are used"
                )),
            }
        } else if let Some(ours) = key.strip_prefix("interview.") {
            push(ours, value, true, &mut flat);
        } else {
            push(key, value, false, &mut flat);
        }
    }
    // What the client says of its own process is not for the server.
    flat.retain(|(key, _)| !key.starts_with("server.") && !key.starts_with("trace."));
    flat
}

fn push(key: &str, value: &Value, keep_unknown: bool, flat: &mut Vec<(String, Value)>) {
    // `null` is what clients send for a setting that was never set.
    if value.is_null() {
        return;
    }
    let known = SETTINGS.iter().any(|s| s.key == key);
    if !known && is_empty_table(value) {
        return;
    }
    let group = SETTINGS
        .iter()
        .any(|s| s.key.split_once('.').is_some_and(|(g, _)| g == key));
    match value {
        Value::Object(inner) if !known && (group || keep_unknown) => {
            for (name, value) in inner {
                push(&format!("{key}.{name}"), value, true, flat);
            }
        }
        _ if known || keep_unknown || group => flat.push((key.to_string(), value.clone())),
        _ => {}
    }
}

/// Lua has one kind of table: its clients send an empty one as `[]`, whatever it stands for.
fn is_empty_table(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

fn unknown(key: &str) -> String {
    let near = SETTINGS.iter().map(|s| s.key).find(|known| {
        known.eq_ignore_ascii_case(key)
            || known.ends_with(&format!(".{key}"))
            || known.starts_with(&format!("{key}."))
    });
    match near {
        Some(near) => {
            format!("there is no setting interview.{key}; did you mean interview.{near}?")
        }
        None => format!("there is no setting interview.{key}; it is ignored"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_and_the_struct_have_the_same_defaults() {
        for setting in SETTINGS {
            assert_eq!(
                Settings::default().to_json()[setting.key],
                setting.default_value(),
                "{}",
                setting.key
            );
        }
        assert_eq!(
            Settings::default().to_json().as_object().map(Map::len),
            Some(SETTINGS.len())
        );
    }

    #[test]
    fn every_shape_a_client_sends_means_the_same() {
        let shapes = [
            json!({"hover": {"maxLines": 20}, "locale": "ru", "commandLinks": true}),
            json!({"interview": {"hover": {"maxLines": 20}, "locale": "ru"}}),
            json!({"interview": {"hover.maxLines": 20.0, "locale": "ru"}, "python": {"x": 1}}),
            json!({"interview.hover.maxLines": 20, "interview.locale": "ru"}),
        ];
        for shape in &shapes {
            let (settings, warnings) = Settings::from_layers(&[shape]);
            assert_eq!(warnings, Vec::<String>::new(), "{shape}");
            assert_eq!(
                (settings.hover_max_lines, settings.locale),
                (20, Some(Lang::Ru)),
                "{shape}"
            );
            assert!(concerns_us(shape), "{shape}");
        }
    }

    #[test]
    fn a_wrong_value_is_named_and_the_default_holds() {
        let wrong = json!({"interview": {
            "hover": {"enable": "yes", "maxLines": 3}, "banks": "~/q", "locale": "de", "traps": true, "hovr": 1,
        }});
        let (settings, warnings) = Settings::from_layers(&[&wrong]);
        assert_eq!(settings, Settings::default());
        let said = warnings.join("\n");
        for part in [
            "interview.hover.enable is \"yes\", but must be true or false; true is used",
            "interview.hover.maxLines is 3, but must be a whole number from 4 to 40; 12 is used",
            "interview.banks is \"~/q\", but must be a list of paths",
            "interview.locale is \"de\", but must be one of \"auto\", \"en\", \"ru\"",
            "interview.traps is true",
            "there is no setting interview.hovr",
        ] {
            assert!(said.contains(part), "{part}\nin\n{said}");
        }
    }

    #[test]
    fn a_later_layer_wins_and_what_is_not_ours_is_passed_over() {
        let first = json!({"locale": "ru", "traps": "hint"});
        let second = json!({"interview": {"locale": "en", "server": {"path": "/x"}, "trace": {"server": "off"}}});
        let (settings, warnings) = Settings::from_layers(&[&first, &second, &Value::Null]);
        assert_eq!((settings.locale, settings.traps), (Some(Lang::En), true));
        assert_eq!(warnings, Vec::<String>::new());
        assert!(!concerns_us(&json!({"python": {"analysis": {}}})));
        assert_eq!(Settings::from_layers(&[&json!([1])]).1.len(), 1);
        for empty in [
            json!([]),
            json!({"interview": []}),
            json!({"interview": {"hover": [], "banks": []}}),
        ] {
            assert_eq!(
                Settings::from_layers(&[&empty]).1,
                Vec::<String>::new(),
                "{empty}"
            );
        }
    }

    /// The rows of the README's table.
    fn table() -> String {
        let rows = SETTINGS.iter().map(|setting| {
            let values = match setting.kind {
                Kind::Bool(_) => "`true`, `false`".to_string(),
                Kind::Choice(values, _) => values
                    .iter()
                    .map(|v| format!("`{v}`"))
                    .collect::<Vec<_>>()
                    .join(", "),
                Kind::Number(from, to, _) => format!("{from} to {to}"),
                Kind::Paths => "paths".to_string(),
            };
            let default = setting.default_value();
            format!(
                "| `interview.{}` | {values} | `{default}` | {} |",
                setting.key, setting.description
            )
        });
        rows.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_readme_lists_every_setting() {
        let readme = include_str!("../../README.md");
        let table = readme.split("| --- | --- | --- | --- |\n").nth(1).unwrap();
        let table = table.split("\n<!-- /settings -->").next().unwrap();
        assert_eq!(table, self::table());
    }

    #[test]
    fn the_schema_is_that_of_the_table() {
        let schema = serde_json::to_string_pretty(&json_schema()).unwrap() + "\n";
        expect_test::expect_file!["../../docs/settings.schema.json"].assert_eq(&schema);
    }

    #[test]
    fn the_extension_has_the_same_settings() {
        let package: Value =
            serde_json::from_str(include_str!("../../editors/vscode/package.json")).unwrap();
        let mut theirs = package["contributes"]["configuration"]["properties"]
            .as_object()
            .unwrap()
            .clone();
        // Which program is started, and what the client logs of the protocol, only the client can know.
        theirs.retain(|key, _| {
            !key.starts_with("interview.server.") && !key.starts_with("interview.trace.")
        });
        let ours = json_schema();
        let ours = ours["properties"].as_object().unwrap();
        assert_eq!(
            theirs.keys().collect::<Vec<_>>(),
            ours.keys().collect::<Vec<_>>()
        );
        for (key, schema) in ours {
            for part in ["type", "enum", "minimum", "maximum", "items", "default"] {
                assert_eq!(theirs[key].get(part), schema.get(part), "{key}: {part}");
            }
        }
    }
}
