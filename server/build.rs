//! Compiles the built-in bank into the binary: every `content/<language>/*.md` as a string.

use std::{env, fmt::Write, fs, path::Path};

fn main() {
    // Asked when it runs and not when it is compiled: checkouts that share a target folder share the compiled script.
    let manifest = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let content = Path::new(&manifest).join("../content");
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
