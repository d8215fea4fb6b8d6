//! Compiles the built-in bank into the binary: every `content/<language>/*.md` as a string, and the study path.

use std::{env, fmt::Write, fs, path::Path};

fn main() {
    // Asked when it runs and not when it is compiled: checkouts that share a target folder share the compiled script.
    let manifest = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let content = Path::new(&manifest).join("../content");
    let out = env::var("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join("path.rs"), path(&content)).expect("the output folder");
    // A static, not a constant: a constant is copied to each place of its use.
    let mut code = String::from("pub static DOCUMENTS: &[(&str, &str)] = &[\n");
    for lang in ["en", "ru"] {
        let folder = content.join(lang);
        println!("cargo::rerun-if-changed={}", folder.display());
        let mut names: Vec<String> = fs::read_dir(&folder)
            .unwrap_or_else(|e| panic!("the bank's folder {}: {e}", folder.display()))
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.ends_with(".md"))
            .collect();
        names.sort();
        for name in names {
            let path = folder.join(&name);
            println!("cargo::rerun-if-changed={}", path.display());
            let path = path.display().to_string();
            writeln!(
                code,
                "    ({:?}, include_str!({path:?})),",
                format!("{lang}/{name}")
            )
            .unwrap();
        }
    }
    code.push_str("];\n");
    fs::write(
        Path::new(&env::var("OUT_DIR").unwrap()).join("builtin.rs"),
        code,
    )
    .unwrap();
}

/// `content/path.toml` as Rust.
fn path(content: &Path) -> String {
    let file = content.join("path.toml");
    println!("cargo::rerun-if-changed={}", file.display());
    let text = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let path: toml::Table = text
        .parse()
        .unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let mut code = String::from("pub static PATH: &[Stage] = &[\n");
    for stage in path["stage"].as_array().expect("[[stage]] tables") {
        let both = |key: &str| {
            ["en", "ru"].map(|lang| stage[key][lang].as_str().expect("a text in each language"))
        };
        let questions = stage["questions"].as_array().expect("a list of ids");
        let questions: Vec<&str> = questions
            .iter()
            .map(|id| id.as_str().expect("an id"))
            .collect();
        writeln!(
            code,
            "    Stage {{ id: {:?}, title: {:?}, about: {:?}, questions: &{questions:?} }},",
            stage["id"].as_str().expect("an id"),
            both("title"),
            both("about"),
        )
        .unwrap();
    }
    code + "];\n"
}
