//! The command line: its words, and which function each calls. Answers go to standard output, errors to standard error.

mod check;
mod doctor;
mod explain;
mod print;
mod questions;

use crate::bank::{Bank, Lang, Sources};
use clap::{Parser, Subcommand, ValueEnum};
use std::io::IsTerminal;
use std::path::PathBuf;

/// Exit codes: all is well; problems were found (a bad bank, no hit); the call makes no sense.
pub const FINE: u8 = 0;
pub const PROBLEMS: u8 = 1;
pub const WRONG_USE: u8 = 2;

#[derive(Parser)]
#[command(
    name = "interview-lsp",
    version,
    about = "A language server that explains the Python under the cursor with interview questions and answers",
    after_help = "Without a command, and with an editor at the other end of standard input, it serves."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// What editors call `serve`
    #[arg(long, hide = true)]
    stdio: bool,
    #[command(flatten)]
    common: Common,
}

#[derive(clap::Args)]
struct Common {
    /// Language of questions and cards (default: that of the environment)
    #[arg(long, global = true, value_enum)]
    lang: Option<LangArgument>,
    /// A folder or Markdown file with questions of your own; may be repeated
    #[arg(long = "bank", global = true, value_name = "PATH")]
    banks: Vec<PathBuf>,
    /// Leave the built-in questions out
    #[arg(long, global = true)]
    no_builtin: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum LangArgument {
    En,
    Ru,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// Serve an editor over standard input and output
    Serve {
        /// Accepted for editors that always pass it
        #[arg(long)]
        stdio: bool,
    },
    /// Print the cards for Python files, or for one line or one place of them
    Explain {
        /// FILE, FILE:LINE or FILE:LINE:COLUMN; line and column count from 1
        #[arg(required = true, value_name = "FILE[:LINE[:COLUMN]]")]
        places: Vec<String>,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// List the constructs that have questions, and all names of syntax and traps
    Constructs {
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// List the questions of a bank (default: the active one)
    Questions {
        paths: Vec<PathBuf>,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Find questions by words of their title, constructs or topic, in English or Russian
    Search {
        #[arg(required = true)]
        query: Vec<String>,
        #[arg(long, default_value_t = 10)]
        limit: usize,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// List the built-in questions in the order to learn them, or those of one stage
    Path {
        stage: Option<String>,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Say what should be mended in a bank (default: the active banks); exit code 1 where there are errors
    Check {
        paths: Vec<PathBuf>,
        #[arg(long, value_enum, default_value_t)]
        format: check::Format,
    },
    /// Print a question whole
    Show { id: String },
    /// Print what a bug report needs: version, paths, bank, settings, editors
    Doctor,
}

/// Runs the command line and returns the process's exit code.
pub fn run() -> u8 {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // `--help` and `--version` come here too; they print to standard output and are fine.
            let _ = error.print();
            return if error.use_stderr() { WRONG_USE } else { FINE };
        }
    };
    let common = cli.common;
    match cli.command {
        None if cli.stdio || !std::io::stdin().is_terminal() => serve(&common),
        None => {
            eprintln!(
                "interview-lsp: say what to do, for example `interview-lsp explain FILE.py`; --help lists the commands"
            );
            WRONG_USE
        }
        Some(Command::Serve { .. }) => serve(&common),
        Some(Command::Explain { places, format }) => explain::run(&common, &places, format),
        Some(Command::Constructs { format }) => questions::constructs(&common, format),
        Some(Command::Questions { paths, format }) => questions::list(&common, paths, format),
        Some(Command::Search {
            query,
            limit,
            format,
        }) => questions::search(&common, &query.join(" "), limit, format),
        Some(Command::Path { stage, format }) => questions::path(&common, stage.as_deref(), format),
        Some(Command::Check { paths, format }) => check::run(&common, paths, format),
        Some(Command::Show { id }) => questions::show(&common, &id),
        Some(Command::Doctor) => doctor::run(&common),
    }
}

fn serve(common: &Common) -> u8 {
    if std::io::stdin().is_terminal() {
        eprintln!("interview-lsp: waiting for an editor on standard input; Ctrl+C ends it");
    }
    u8::try_from(crate::lsp::serve_stdio(common.settings())).unwrap_or(PROBLEMS)
}

impl Common {
    fn lang(&self) -> Lang {
        match self.lang {
            Some(LangArgument::En) => Lang::En,
            Some(LangArgument::Ru) => Lang::Ru,
            None => crate::settings::lang_of_environment().unwrap_or_default(),
        }
    }

    /// What was said on the command line, as the settings that a client would send.
    fn settings(&self) -> serde_json::Value {
        let mut settings = serde_json::Map::new();
        if self.lang.is_some() {
            settings.insert("locale".into(), self.lang().as_str().into());
        }
        if !self.banks.is_empty() {
            // An editor may start the server in any folder, and its workspace is yet another.
            let absolute = self
                .banks
                .iter()
                .map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone()));
            let paths: Vec<String> = absolute.map(|path| path.display().to_string()).collect();
            settings.insert("banks".into(), paths.into());
        }
        if self.no_builtin {
            settings.insert("builtinBank".into(), false.into());
        }
        settings.into()
    }

    /// The active bank. Its warnings go to standard error.
    fn bank(&self) -> Bank {
        self.load(self.banks.clone(), !self.no_builtin)
    }

    fn load(&self, paths: Vec<PathBuf>, builtin: bool) -> Bank {
        let bank = Bank::load(&Sources { paths, builtin });
        for warning in &bank.warnings {
            eprintln!("{warning}");
        }
        bank
    }
}
