//! `cargo xtask try`: the main job in a real editor, in a throw-away profile; without one, in this terminal.

use crate::client::Client;
use crate::{build_server, on_path, root, succeed};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How many cards are printed where there is no editor.
const CARDS: usize = 6;

pub fn run(args: &[String]) -> Result<(), String> {
    let file = match args {
        [] => root().join("content/examples/worker.py"),
        [file] if !file.starts_with('-') => PathBuf::from(file),
        _ => return Err("usage: cargo xtask try [FILE]".to_string()),
    };
    if !file.is_file() {
        return Err(format!("there is no file {}", file.display()));
    }
    let file = std::path::absolute(&file).map_err(|e| e.to_string())?;
    let server = build_server(false)?;
    let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    if let Some(code) = on_path("code").filter(|_| has_display()) {
        return vscode(&code, &server, &file);
    }
    if terminal {
        let editors = [("nvim", neovim as Open), ("hx", helix), ("emacs", emacs)];
        for (program, open) in editors {
            if let Some(path) = on_path(program) {
                return open(&path, &server, &file);
            }
        }
    }
    without_editor(&server, &file, terminal)
}

/// Opens a file in an editor that was found, with the server attached.
type Open = fn(&Path, &Path, &Path) -> Result<(), String>;

fn vscode(code: &Path, server: &Path, file: &Path) -> Result<(), String> {
    let extension = root().join("editors/vscode");
    println!(
        "VS Code found ({}): building the extension…",
        code.display()
    );
    if !extension.join("node_modules").is_dir() {
        succeed(
            Command::new("npm")
                .args(["ci", "--no-audit", "--no-fund"])
                .current_dir(&extension),
        )?;
    }
    succeed(
        Command::new("npm")
            .args(["run", "build"])
            .current_dir(&extension),
    )?;
    let profile = profile()?;
    let user = profile.join("data/User");
    let settings = json!({
        "interview.server.path": server,
        "workbench.startupEditor": "none",
        "security.workspace.trust.enabled": false,
        "telemetry.telemetryLevel": "off",
    });
    write(&user.join("settings.json"), &settings.to_string())?;
    say(
        file,
        "rest the pointer on `async`, `Lock` or `collect`",
        "Ctrl+. (macOS: Cmd+.) opens the question behind it; Ctrl+Shift+P, `Interview:` lists the rest",
    );
    succeed(
        Command::new(code)
            .arg("--new-window")
            .arg("--user-data-dir")
            .arg(profile.join("data"))
            .arg("--extensions-dir")
            .arg(profile.join("extensions"))
            .arg(format!(
                "--extensionDevelopmentPath={}",
                extension.display()
            ))
            .arg(file),
    )
}

fn neovim(nvim: &Path, server: &Path, file: &Path) -> Result<(), String> {
    let init = profile()?.join("init.lua");
    let plugin = root().join("editors/neovim");
    let lua = format!(
        "vim.opt.runtimepath:prepend({plugin})\nvim.cmd('filetype plugin on | syntax on')\n\
         vim.opt.number = true\nvim.opt.signcolumn = 'yes'\n\
         require('interview').setup({{ cmd = {{ {server}, 'serve' }} }})\n\
         vim.keymap.set('n', 'K', vim.lsp.buf.hover)\nvim.keymap.set('n', 'gra', vim.lsp.buf.code_action)\n",
        plugin = lua_string(&plugin),
        server = lua_string(server),
    );
    write(&init, &lua)?;
    say(
        file,
        "K shows the card for the code under the cursor (try `async`, `Lock`, `collect`)",
        "gra lists the questions, :Interview search finds others, :qa ends",
    );
    succeed(
        Command::new(nvim)
            .args(["--clean", "-u"])
            .arg(&init)
            .arg(file),
    )
}

fn helix(hx: &Path, server: &Path, file: &Path) -> Result<(), String> {
    let profile = profile()?;
    let languages = root().join("editors/helix/languages.toml");
    let languages =
        std::fs::read_to_string(&languages).map_err(|e| format!("{}: {e}", languages.display()))?;
    write(&profile.join("helix/languages.toml"), &languages)?;
    say(
        file,
        "space k shows the card for the code under the cursor (try `async`, `Lock`, `collect`)",
        "space a opens the question, :q! ends",
    );
    succeed(with_server_on_path(
        Command::new(hx).env("XDG_CONFIG_HOME", &profile).arg(file),
        server,
    ))
}

fn emacs(emacs: &Path, server: &Path, file: &Path) -> Result<(), String> {
    let init = root().join("editors/emacs/interview.el");
    say(
        file,
        "C-h . shows the card for the code under the cursor (try `async`, `Lock`, `collect`)",
        "C-c q opens the question, C-x C-c ends",
    );
    succeed(with_server_on_path(
        Command::new(emacs)
            .args(["-Q", "-nw", "-l"])
            .arg(init)
            .arg(file),
        server,
    ))
}

/// The configurations that users copy start `interview-lsp` from PATH: here that is the one just built.
fn with_server_on_path<'a>(command: &'a mut Command, server: &Path) -> &'a mut Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = server
        .parent()
        .map(Path::to_path_buf)
        .into_iter()
        .chain(std::env::split_paths(&path));
    match std::env::join_paths(folders) {
        Ok(path) => command.env("PATH", path),
        // A folder with a colon in its name cannot be on PATH.
        Err(_) => command,
    }
}

/// The same conversation that an editor has, printed.
fn without_editor(server: &Path, file: &Path, terminal: bool) -> Result<(), String> {
    let why = if terminal {
        "No editor found (VS Code, Neovim, Helix, Emacs)"
    } else {
        "No terminal for an editor"
    };
    println!(
        "{why}: here is what one would show for {}.\n",
        file.display()
    );
    let source = std::fs::read_to_string(file)
        .map_err(|e| format!("cannot read {}: {e}", file.display()))?;
    let explained = Command::new(server)
        .args(["explain", "--format", "json"])
        .arg(file)
        .output()
        .map_err(|e| e.to_string())?;
    if !explained.status.success() {
        return Err(String::from_utf8_lossy(&explained.stderr)
            .trim()
            .to_string());
    }
    let explained: Value = serde_json::from_slice(&explained.stdout).map_err(|e| e.to_string())?;
    let mut client = Client::start(server, Value::Null)?;
    let uri = "untitled:try.py";
    client.open(uri, &source)?;
    // Each question once, where its code comes first.
    let mut seen: HashSet<&str> = HashSet::new();
    let constructs = explained["constructs"].as_array().into_iter().flatten();
    let asked: Vec<(&str, &Value)> = constructs
        .filter_map(|c| Some((c["questions"][0].as_str()?, &c["range"]["start"])))
        .filter(|(id, _)| seen.insert(id))
        .collect();
    // From all over the file: its first lines are imports.
    let step = asked.len().div_ceil(CARDS).max(1);
    for (_, start) in asked.iter().skip(step / 2).step_by(step) {
        let (line, character) = (number(&start["line"]), number(&start["character"]));
        let Some(card) = client.hover(uri, line, character)? else {
            continue;
        };
        let code = source.lines().nth(line).unwrap_or_default();
        println!("{:>4} | {code}", line + 1);
        println!("     | {}^ hover here", " ".repeat(character));
        for text in card.lines() {
            println!("     {text}");
        }
        println!();
    }
    client.stop()?;
    match asked.len() {
        0 => println!("The bank has no question on the code of this file.\n"),
        all if all > CARDS => println!("… and {} more questions in this file.\n", all - CARDS),
        _ => {}
    }
    println!("Next:");
    println!(
        "  {} explain {}    all cards of the file",
        server.display(),
        file.display()
    );
    if let Some((id, _)) = asked.get(step / 2) {
        println!("  {} show {id}    one question whole", server.display());
    }
    println!("  README.md says how to set up your editor.");
    Ok(())
}

fn number(value: &Value) -> usize {
    value.as_u64().unwrap_or_default() as usize
}

fn say(file: &Path, hover: &str, more: &str) {
    println!("Opening {}", file.display());
    println!("  {hover}");
    println!("  {more}");
    println!(
        "The profile is a throw-away one: your own settings are not touched. README.md says how to install for good."
    );
}

fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some())
}

/// A folder of its own for each run, below `target`.
fn profile() -> Result<PathBuf, String> {
    let folder = crate::target()
        .join("try")
        .join(std::process::id().to_string());
    std::fs::create_dir_all(&folder)
        .map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    Ok(folder)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(path, text))
        .map_err(|e| format!("cannot write {}: {e}", path.display()))
}

/// A path as a Lua string. JSON's escapes are Lua's, but for `\u`, which no path in JSON needs.
fn lua_string(path: &Path) -> String {
    json!(path).to_string()
}
