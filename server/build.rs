//! Compiles the built-in bank into the binary: every `content/<language>/*.md`, deflated, with its name and its size, and the study
//! path.

use std::{env, fmt::Write, fs, path::Path};

/// The best that zlib knows; higher levels take longer for a hundredth.
const LEVEL: u8 = 9;

fn main() {
    // Asked when it runs and not when it is compiled: checkouts that share a target folder share the compiled script.
    let manifest = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let out = env::var("OUT_DIR").expect("cargo sets it");
    let content = Path::new(&manifest).join("../content");
    let file = content.join("path.toml");
    println!("cargo::rerun-if-changed={}", file.display());
    let text = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let table: toml::Table = text
        .parse()
        .unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    fs::write(Path::new(&out).join("path.rs"), path(&table)).expect("the output folder");
    let order = texts(&table["documents"]);
    let mut code = String::new();
    let mut count = 0;
    for lang in ["en", "ru"] {
        let folder = content.join(lang);
        println!("cargo::rerun-if-changed={}", folder.display());
        let mut names: Vec<String> = fs::read_dir(&folder)
            .unwrap_or_else(|e| panic!("the bank's folder {}: {e}", folder.display()))
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.ends_with(".md"))
            .collect();
        let place = |name: &String| order.iter().position(|known| known == name);
        names.sort_by_key(|name| {
            place(name).unwrap_or_else(|| panic!("{}: no {name} in `documents`", file.display()))
        });
        for name in names {
            let path = folder.join(&name);
            println!("cargo::rerun-if-changed={}", path.display());
            let text = fs::read_to_string(&path)
                .unwrap_or_else(|e| panic!("the bank's {}: {e}", path.display()));
            // Such as the cheat sheet: a page to read, of which nothing is ever shown in an editor.
            let front_matter = text.split("---\n").nth(1).unwrap_or_default();
            if front_matter.lines().any(|line| line == "questions: none") {
                continue;
            }
            let packed = Path::new(&out).join(format!("{lang}-{name}.deflate"));
            let deflated = miniz_oxide::deflate::compress_to_vec(text.as_bytes(), LEVEL);
            fs::write(&packed, deflated).unwrap();
            let (name, size) = (format!("{lang}/{name}"), text.len());
            let packed = packed.display().to_string();
            writeln!(
                code,
                "    Packed::new({name:?}, {size}, include_bytes!({packed:?})),"
            )
            .unwrap();
            count += 1;
        }
    }
    let code = format!("pub static DOCUMENTS: [Packed; {count}] = [\n{code}];\n");
    fs::write(Path::new(&out).join("builtin.rs"), code).unwrap();
}

/// `content/path.toml` as Rust.
fn path(path: &toml::Table) -> String {
    let mut code = String::from("pub static PATH: &[Stage] = &[\n");
    for stage in path["stage"].as_array().expect("[[stage]] tables") {
        let both = |key: &str| {
            ["en", "ru"].map(|lang| stage[key][lang].as_str().expect("a text in each language"))
        };
        let questions = texts(&stage["questions"]);
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

fn texts(list: &toml::Value) -> Vec<&str> {
    let list = list.as_array().expect("a list");
    list.iter()
        .map(|text| text.as_str().expect("a text"))
        .collect()
}
