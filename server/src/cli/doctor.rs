//! `doctor`: what a bug report needs, in one page.

use super::{Common, FINE, print};
use crate::features::{open, report};
use crate::settings::Settings;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// An editor: its program, and the files below the home folder in which it would be told about us.
const EDITORS: &[(&str, &[&str], &[&str])] = &[
    (
        "VS Code",
        &["code", "codium", "code-server"],
        &[
            ".vscode/extensions",
            ".vscode-oss/extensions",
            ".local/share/code-server/extensions",
        ],
    ),
    ("Neovim", &["nvim"], &[".config/nvim"]),
    ("Helix", &["hx", "helix"], &[".config/helix/languages.toml"]),
    (
        "Emacs",
        &["emacs"],
        &[
            ".emacs",
            ".emacs.el",
            ".emacs.d/init.el",
            ".config/emacs/init.el",
        ],
    ),
    ("Vim", &["vim"], &[".vimrc", ".vim"]),
    ("Kakoune", &["kak"], &[".config/kak"]),
    ("Zed", &["zed", "zeditor"], &[".config/zed/settings.json"]),
    (
        "Sublime Text",
        &["subl"],
        &[".config/sublime-text/Packages/User"],
    ),
    ("JupyterLab", &["jupyter-lab"], &[".jupyter"]),
];

pub fn run(common: &Common) -> u8 {
    let bank = common.bank();
    let settings = Settings {
        banks: common
            .banks
            .iter()
            .map(|path| path.display().to_string())
            .collect(),
        builtin_bank: !common.no_builtin,
        ..Settings::default()
    };
    let status = report::status(&bank, &settings, &[], common.lang());
    let program =
        std::env::current_exe().map_or_else(|e| e.to_string(), |path| path.display().to_string());
    print::line(&format!(
        "interview-lsp {} ({}-{})",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::ARCH,
        std::env::consts::OS
    ));
    print::line(&format!("program   {program}"));
    print::line(&format!(
        "on PATH   {}",
        on_path(&["interview-lsp"]).map_or("no".to_string(), |p| p.display().to_string())
    ));
    print::line(&format!("cache     {}", open::cache_folder().display()));
    print::line(&format!(
        "language  {} (LANG={})",
        text(&status["locale"]),
        std::env::var("LANG").unwrap_or_default()
    ));
    print::line(&format!(
        "bank      {} questions about {} constructs",
        status["questions"], status["constructs"]
    ));
    for root in status["banks"].as_array().into_iter().flatten() {
        let languages = texts(&root["languages"]);
        print::line(&format!(
            "          {}: {} questions ({})",
            text(&root["path"]),
            root["questions"],
            languages.join(", ")
        ));
    }
    print::line("settings  (of this call; an editor sends its own)");
    for (key, value) in status["settings"].as_object().into_iter().flatten() {
        print::line(&format!("          interview.{key} = {value}"));
    }
    print::line("editors");
    let home = directories::UserDirs::new().map(|dirs| dirs.home_dir().to_path_buf());
    for (name, programs, configs) in EDITORS {
        let line = match on_path(programs) {
            Some(program) => {
                let configured = home
                    .as_deref()
                    .and_then(|home| configs.iter().find_map(|c| mentions_us(&home.join(c), 3)));
                let how = configured.map_or("not configured for interview-lsp".to_string(), |c| {
                    format!("configured in {}", c.display())
                });
                format!("{name}: {}, {how}", program.display())
            }
            None => format!("{name}: not found on PATH"),
        };
        print::line(&format!("          {line}"));
    }
    let warnings = texts(&status["warnings"]);
    print::line(&format!(
        "warnings  {}",
        if warnings.is_empty() {
            "none".to_string()
        } else {
            warnings.len().to_string()
        }
    ));
    for warning in warnings {
        print::line(&format!("          {warning}"));
    }
    FINE
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn on_path(programs: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut candidates = std::env::split_paths(&path).flat_map(|folder| {
        programs
            .iter()
            .map(move |program| folder.join(format!("{program}{}", std::env::consts::EXE_SUFFIX)))
    });
    candidates.find(|candidate| candidate.is_file())
}

/// The file or folder, at most `depth` folders down, that names our server in its name or text.
fn mentions_us(path: &Path, depth: usize) -> Option<PathBuf> {
    let named = |text: &str| text.contains("interview-lsp") || text.contains("interview_lsp");
    if path
        .file_name()
        .is_some_and(|name| named(&name.to_string_lossy()))
        && path.exists()
    {
        return Some(path.to_path_buf());
    }
    if path.is_dir() {
        let entries = std::fs::read_dir(path).ok()?.flatten();
        let next = depth.checked_sub(1)?;
        return entries
            .filter_map(|entry| mentions_us(&entry.path(), next))
            .next();
    }
    // A configuration is small; what is larger is something else.
    let small = std::fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() < 1 << 20);
    (small && std::fs::read_to_string(path).is_ok_and(|content| named(&content)))
        .then(|| path.to_path_buf())
}
