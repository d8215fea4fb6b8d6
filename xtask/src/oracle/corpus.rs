//! The files to compare on, and what is installed for it: a virtual environment with pinned packages below `target/oracle`.

use crate::succeed;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Names of packages as they are installed; `stdlib` is the standard library of the Python that made the environment.
const PACKAGES: [&str; 9] = [
    "stdlib",
    "aiohttp",
    "httpx",
    "celery",
    "rich",
    "flask",
    "fastapi",
    "scrapy",
    "sqlalchemy",
];

/// Parts of the standard library that are no library: its own tests, an application, and code for Python 2.
const LEFT_OUT: [&str; 8] = [
    "test",
    "tests",
    "idlelib",
    "lib2to3",
    "idle_test",
    "site-packages",
    "__pycache__",
    "turtledemo",
];

pub struct Place {
    folder: PathBuf,
    pub environment: PathBuf,
}

pub struct File {
    pub package: String,
    pub path: PathBuf,
    /// Within its package, for people.
    pub name: String,
    /// Where the package begins: what is declared below is its own.
    pub root: PathBuf,
    pub source: String,
}

impl File {
    pub fn alone(path: &Path) -> Result<File, String> {
        let path = path
            .canonicalize()
            .map_err(|e| format!("{}: {e}", path.display()))?;
        let root = path.parent().unwrap_or(&path).to_path_buf();
        read("file", &root, path).ok_or("the file is not UTF-8".to_string())
    }
}

impl Place {
    pub fn type_checker(&self) -> PathBuf {
        self.program("ty")
    }

    pub fn python(&self) -> PathBuf {
        self.program("python")
    }

    fn program(&self, name: &str) -> PathBuf {
        let folder = if cfg!(windows) { "Scripts" } else { "bin" };
        self.environment
            .join(folder)
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// Where the type checker's answers are kept, and what it unpacks.
    pub fn cache(&self) -> PathBuf {
        self.folder.join("cache")
    }

    /// A folder without code: the type checker's workspace, so that no file of the corpus counts as first party.
    pub fn workspace(&self) -> PathBuf {
        self.folder.join("workspace")
    }

    /// The stubs of the standard library that the type checker carries, once it unpacked them.
    pub fn stubs(&self) -> Result<PathBuf, String> {
        let versions = self.cache().join("ty/vendored/typeshed");
        let found = std::fs::read_dir(&versions)
            .ok()
            .and_then(|mut folders| folders.next()?.ok());
        found
            .map(|folder| folder.path().join("stdlib"))
            .ok_or(format!(
                "{}: the type checker left no stubs there",
                versions.display()
            ))
    }
}

/// Installs what is needed, once for each list of requirements.
pub fn set_up(folder: &Path, requirements: &Path) -> Result<Place, String> {
    let place = Place {
        folder: folder.to_path_buf(),
        environment: folder.join("venv"),
    };
    for folder in [place.cache(), place.workspace()] {
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    let wanted = std::fs::read_to_string(requirements)
        .map_err(|e| format!("{}: {e}", requirements.display()))?;
    let stamp = place.environment.join("requirements.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(place);
    }
    let python = if cfg!(windows) { "python" } else { "python3" };
    succeed(
        Command::new(python)
            .args(["-m", "venv", "--clear"])
            .arg(&place.environment),
    )?;
    succeed(
        Command::new(place.python())
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--requirement",
            ])
            .arg(requirements),
    )?;
    std::fs::write(&stamp, wanted).map_err(|e| format!("{}: {e}", stamp.display()))?;
    Ok(place)
}

/// At most so many files of each package, chosen by a hash of their names: always the same, and of every kind.
pub fn files(
    place: &Place,
    packages: &[String],
    limit: Option<usize>,
) -> Result<Vec<File>, String> {
    if let Some(unknown) = packages
        .iter()
        .find(|name| !PACKAGES.contains(&name.as_str()))
    {
        return Err(format!(
            "there is no package `{unknown}` here; there are {}",
            PACKAGES.join(", ")
        ));
    }
    let [stdlib, site] = folders(place)?;
    let mut files = Vec::new();
    for package in PACKAGES {
        if !packages.is_empty() && !packages.iter().any(|name| name == package) {
            continue;
        }
        let root = if package == "stdlib" {
            stdlib.clone()
        } else {
            site.join(package)
        };
        let mut paths = Vec::new();
        walk(&root, &mut paths);
        paths.sort_by_cached_key(|path| {
            let name = path
                .strip_prefix(&root)
                .unwrap_or(path)
                .to_string_lossy()
                .replace('\\', "/");
            (hash(name.as_bytes()), name)
        });
        let chosen = paths
            .into_iter()
            .filter_map(|path| read(package, &root, path));
        files.extend(chosen.take(limit.unwrap_or(usize::MAX)));
    }
    Ok(files)
}

fn folders(place: &Place) -> Result<[PathBuf; 2], String> {
    let script =
        "import sysconfig; p = sysconfig.get_paths(); print(p['stdlib']); print(p['purelib'])";
    let output = Command::new(place.python())
        .args(["-c", script])
        .output()
        .map_err(|e| e.to_string())?;
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut lines = output.lines().map(PathBuf::from);
    match (lines.next(), lines.next()) {
        (Some(stdlib), Some(site)) => Ok([stdlib, site]),
        _ => Err("python did not say where its library is".to_string()),
    }
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            if !LEFT_OUT.contains(&name.as_str()) && !name.starts_with("config-") {
                walk(&path, paths);
            }
        } else if name.ends_with(".py") {
            paths.push(path);
        }
    }
}

/// `None` for a file that is not UTF-8, which no editor sends either, or that is empty.
fn read(package: &str, root: &Path, path: PathBuf) -> Option<File> {
    let source = std::fs::read_to_string(&path).ok()?;
    let name = path
        .strip_prefix(root)
        .unwrap_or(&path)
        .display()
        .to_string();
    (!source.trim().is_empty()).then(|| File {
        package: package.to_string(),
        name: format!("{package}/{name}"),
        root: root.to_path_buf(),
        path,
        source,
    })
}

/// FNV-1a: the same on every machine and with every compiler.
pub fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
