//! From an import statement to the file that it means, as Python's import system would look.
//!
//! Knows folders and file names; what is in a module it does not know.

use std::path::{Component, Path, PathBuf};

/// Packages can be nested, never this deep: a guard against a walk up to the root of a huge tree.
const MAX_DEPTH: usize = 24;

/// What a dotted name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Module(PathBuf),
    /// A folder without `__init__.py`: no module with contents, but there may be modules in it.
    Namespace,
    Nowhere,
}

/// What the absolute dotted `module` means to the file `from`.
///
/// It is looked up where Python would find the user's own: in the folder that holds the file's outermost package (or the script
/// itself), then in the workspace's `roots` and their `src`. Installed packages and the standard library are nobody's own code:
/// among them only a package's imports of itself are followed.
pub(crate) fn module(from: &Path, module: &str, roots: &[PathBuf]) -> Place {
    let Some(folder) = from.parent() else {
        return Place::Nowhere;
    };
    let (own, package) = package_of(folder);
    if is_standard_library(own) {
        return Place::Nowhere;
    }
    let is_installed = is_site_packages(own);
    if is_installed && package.split('.').next() != module.split('.').next() {
        return Place::Nowhere;
    }
    let in_roots = roots
        .iter()
        .flat_map(|root| [root.clone(), root.join("src")])
        .filter(|root| !is_installed && !is_site_packages(root) && !is_standard_library(root));
    let mut place = Place::Nowhere;
    for root in std::iter::once(own.to_path_buf()).chain(in_roots) {
        match below(&root, module) {
            Place::Nowhere => {}
            // A package elsewhere goes before a mere folder here.
            Place::Namespace => place = Place::Namespace,
            found => return found,
        }
    }
    place
}

/// The dotted name of the package that a file's relative imports start from; empty for a script.
pub(crate) fn package_name(path: &Path) -> String {
    path.parent()
        .map_or(String::new(), |folder| package_of(folder).1)
}

/// The dotted name of the module that a file is.
pub(crate) fn name_of(path: &Path) -> String {
    let stem = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    let (_, mut name) = path.parent().map_or((path, String::new()), package_of);
    if stem != "__init__" {
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(stem);
    }
    name
}

/// The folder that holds the outermost package around `folder`, and the dotted name from there to `folder`.
fn package_of(folder: &Path) -> (&Path, String) {
    let mut names: Vec<&str> = Vec::new();
    let mut current = folder;
    while names.len() < MAX_DEPTH && is_package(current) {
        let (Some(name), Some(parent)) = (
            current.file_name().and_then(|name| name.to_str()),
            current.parent(),
        ) else {
            break;
        };
        names.push(name);
        current = parent;
    }
    names.reverse();
    (current, names.join("."))
}

fn is_package(folder: &Path) -> bool {
    folder.join("__init__.py").is_file() || folder.join("__init__.pyi").is_file()
}

/// A dotted module below a folder: `a.b` is `a/b.py` or `a/b/__init__.py`, and where there is no source a stub.
fn below(folder: &Path, module: &str) -> Place {
    let mut path = folder.to_path_buf();
    for part in module.split('.') {
        // A module's name comes from source text: only plain names, nothing that leads elsewhere.
        let mut components = Path::new(part).components();
        let (Some(Component::Normal(name)), None) = (components.next(), components.next()) else {
            return Place::Nowhere;
        };
        path.push(name);
    }
    // As in Python a package goes before a module of the same name.
    let candidates = [
        path.join("__init__.py"),
        with_suffix(&path, ".py"),
        path.join("__init__.pyi"),
        with_suffix(&path, ".pyi"),
    ];
    match candidates.into_iter().find(|file| file.is_file()) {
        Some(file) => Place::Module(file),
        None if path.is_dir() => Place::Namespace,
        None => Place::Nowhere,
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut file = path.to_path_buf().into_os_string();
    file.push(suffix);
    PathBuf::from(file)
}

fn is_site_packages(folder: &Path) -> bool {
    folder
        .file_name()
        .is_some_and(|name| name == "site-packages" || name == "dist-packages")
}

/// Whether Python's own library lies here: nothing but it has these side by side.
fn is_standard_library(folder: &Path) -> bool {
    ["os.py", "abc.py", "threading.py", "types.py"]
        .iter()
        .all(|file| folder.join(file).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with empty files in it.
    fn tree(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            std::fs::write(path, "").expect("a file");
        }
        folder
    }

    /// Checks imports drawn as `from, module, file`; a file that ends in `/` is a folder.
    fn check(files: &[&str], cases: &[(&str, &str, &str)]) {
        let tree = tree(files);
        let roots = vec![tree.path().to_path_buf()];
        for (from, name, expected) in cases {
            let found = match module(&tree.path().join(from), name, &roots) {
                Place::Module(path) => {
                    let path = path.strip_prefix(tree.path()).expect("below");
                    path.to_str().expect("UTF-8").replace('\\', "/")
                }
                Place::Namespace => "folder".to_owned(),
                Place::Nowhere => "nothing".to_owned(),
            };
            assert_eq!(found, *expected, "{from}: {name}");
        }
    }

    #[test]
    fn imports_start_beside_the_package_and_in_the_roots() {
        check(
            &[
                "script.py",
                "helpers.py",
                "app/__init__.py",
                "app/locks.py",
                "app/web/__init__.py",
                "app/web/views.py",
                "app/web.py",
                "src/shop/__init__.py",
                "src/shop/cart.py",
                "tests/test_cart.py",
                "tests/helpers.py",
                "space/inner/deep.py",
                "typed/__init__.pyi",
                "typed/stub.pyi",
            ],
            &[
                ("script.py", "helpers", "helpers.py"),
                ("app/web/views.py", "app.locks", "app/locks.py"),
                ("app/web/views.py", "app.web", "app/web/__init__.py"),
                ("app/web/views.py", "helpers", "helpers.py"),
                ("tests/test_cart.py", "shop.cart", "src/shop/cart.py"),
                ("tests/test_cart.py", "helpers", "tests/helpers.py"),
                ("src/shop/cart.py", "shop", "src/shop/__init__.py"),
                ("script.py", "space.inner.deep", "space/inner/deep.py"),
                ("script.py", "space", "folder"),
                ("script.py", "typed.stub", "typed/stub.pyi"),
                ("script.py", "app.missing", "nothing"),
                ("script.py", "threading", "nothing"),
            ],
        );
    }

    #[test]
    fn libraries_are_nobodys_own() {
        check(
            &[
                "lib/os.py",
                "lib/abc.py",
                "lib/threading.py",
                "lib/types.py",
                "lib/asyncio/__init__.py",
                "lib/asyncio/locks.py",
                "lib/site-packages/kit/__init__.py",
                "lib/site-packages/kit/core.py",
                "lib/site-packages/other/__init__.py",
            ],
            &[
                ("lib/asyncio/locks.py", "threading", "nothing"),
                ("lib/asyncio/__init__.py", "asyncio.locks", "nothing"),
                (
                    "lib/site-packages/kit/core.py",
                    "kit",
                    "lib/site-packages/kit/__init__.py",
                ),
                (
                    "lib/site-packages/kit/core.py",
                    "kit.core",
                    "lib/site-packages/kit/core.py",
                ),
                ("lib/site-packages/kit/core.py", "other", "nothing"),
            ],
        );
    }

    #[test]
    fn names_lead_nowhere_else() {
        check(
            &["a.py", "b/c.py"],
            &[
                ("b/c.py", "../a", "nothing"),
                ("b/c.py", "/etc/passwd", "nothing"),
                ("b/c.py", "..a", "nothing"),
                ("b/c.py", "", "nothing"),
            ],
        );
    }

    #[test]
    fn a_file_has_a_name_and_a_package() {
        let tree = tree(&[
            "app/__init__.py",
            "app/web/__init__.py",
            "app/web/views.py",
            "x.py",
        ]);
        for (file, name, package) in [
            ("app/web/views.py", "app.web.views", "app.web"),
            ("app/web/__init__.py", "app.web", "app.web"),
            ("x.py", "x", ""),
        ] {
            assert_eq!(name_of(&tree.path().join(file)), name);
            assert_eq!(package_name(&tree.path().join(file)), package);
        }
    }
}
