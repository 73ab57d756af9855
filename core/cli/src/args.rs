//! What the command line takes. The words here are English; `help` holds the Japanese ones.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use todokede_core::interchange::FORMATS;
use todokede_core::model::Severity;
use todokede_core::run::Stage;

use crate::commands::docx::{CompareArgs, LintArgs};

/// One set of trial data to every paper that Japanese clinical research must file.
#[derive(Debug, Parser)]
#[command(name = "todokede", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// Language of messages (default: from the locale)
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<LangArg>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LangArg {
    Ja,
    En,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build everything from the embedded example workbook
    Demo(DemoArgs),
    /// Write an empty input workbook
    Template(TemplateArgs),
    /// Check inputs and list what is to be mended
    Check(CheckArgs),
    /// Check inputs and package the filings
    Build(BuildArgs),
    /// Show for each destination what is missing and what is to be mended
    Status(StatusArgs),
    /// List what is due when, why, and how late it is
    Deadlines(DeadlinesArgs),
    /// Read a filing that was made before, or a record of another registry, into a workbook or JSON
    Import(ImportArgs),
    /// Show what changed between two filings of a trial
    Diff(DiffArgs),
    /// What was built and what was received
    Ledger(LedgerArgs),
    /// Word documents: templates filled and checked, finished documents compared and checked
    Docx(DocxArgs),
    /// Explain a rule
    Explain(ExplainArgs),
    /// Plugins: make, check, test, list and describe them
    Plugin(PluginArgs),
    /// List the plugins
    #[command(hide = true)]
    Plugins(PluginsArgs),
    /// Print the JSON Schema of a trial record
    Schema(PluginsArgs),
    /// Serve a library of a plugin over standard input and output; started by the engine itself
    #[command(hide = true)]
    PluginHost(PluginHostArgs),
}

#[derive(Debug, Args)]
pub(crate) struct PluginHostArgs {
    /// Library with the C ABI
    #[arg(value_name = "LIBRARY")]
    pub(crate) library: PathBuf,
    /// SHA-256 that it must have
    #[arg(value_name = "SHA256")]
    pub(crate) sha256: String,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Folder for the workbook and the package
    #[arg(long, default_value = "todokede-demo")]
    pub(crate) out: PathBuf,
    /// Day of the run, YYYY-MM-DD (default: today in Japan)
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) now: Option<String>,
    /// Schema of the authority to check the XML against
    #[arg(long, value_name = "FILE")]
    pub(crate) xsd: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) fonts: FontsArgs,
}

#[derive(Debug, Args)]
pub(crate) struct FontsArgs {
    /// Folder with a Japanese font for the PDF (default: the fonts of the system)
    #[arg(long, value_name = "DIR")]
    pub(crate) font_dir: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct PluginsArgs {
    /// Folder of more plugins; one with the id of a built-in plugin replaces it
    #[arg(long, value_name = "DIR")]
    pub(crate) plugin_dir: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct TemplateArgs {
    /// Plugins whose fields the workbook asks for (default: all)
    #[arg(long, value_name = "ID", num_args = 1..)]
    pub(crate) plugin: Vec<String>,
    /// One trial down the page, or many trials one a row
    #[arg(long, value_enum, default_value_t = LayoutArg::Trial)]
    pub(crate) layout: LayoutArg,
    /// Last filing of the trial, to start the next one from: its XML, or the JSON or workbook it was built from
    #[arg(long, value_name = "FILE", requires = "next")]
    pub(crate) from: Option<PathBuf>,
    /// Kind of the next filing: change, termination, abort
    #[arg(id = "next", long = "for", value_name = "KIND", requires = "from")]
    pub(crate) next: Option<String>,
    /// File to write
    #[arg(short, long, value_name = "FILE.xlsx")]
    pub(crate) output: PathBuf,
    /// Replace a file that is there
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) plugins: PluginsArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The last filing: its XML, or the JSON or workbook it was built from
    #[arg(value_name = "PREVIOUS")]
    pub(crate) previous: PathBuf,
    /// The current one
    #[arg(value_name = "CURRENT")]
    pub(crate) current: PathBuf,
    /// Plugin whose form they fill
    #[arg(long, value_name = "ID")]
    pub(crate) plugin: Option<String>,
    /// Form of the comparison
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(crate) format: DiffFormat,
    #[command(flatten)]
    pub(crate) plugins: PluginsArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum DiffFormat {
    Text,
    Json,
    Html,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LayoutArg {
    Trial,
    List,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// Workbooks (xlsx, xlsm, xls, ods), CSV or JSON files
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// Plugins to run (default: all)
    #[arg(long, value_name = "ID")]
    pub(crate) plugin: Vec<String>,
    /// Schema of the authority to check the XML against
    #[arg(long, value_name = "FILE")]
    pub(crate) xsd: Option<PathBuf>,
    /// Filing that came before, to compare with: its XML, or the JSON or workbook it was built from
    #[arg(long, value_name = "FILE")]
    pub(crate) previous: Vec<PathBuf>,
    /// Findings that someone accepts, each with a reason, a name and a day
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) waivers: Option<PathBuf>,
    /// Ledger that blank fields are filled from, and that packages are entered in (default of build: in --out)
    #[arg(long, value_name = "PATH")]
    pub(crate) ledger: Option<PathBuf>,
    /// Threads (default: one for each processor)
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<usize>,
    /// Form of the report
    #[arg(long, value_enum, default_value_t = FormatArg::Text)]
    pub(crate) format: FormatArg,
    /// Least severity of findings that makes the exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::Error)]
    pub(crate) fail_on: FailOn,
    /// Stop after a stage (ingest, normalise, map, validate, render) and print what it made as JSON
    #[arg(long, value_name = "STAGE", value_parser = stage)]
    pub(crate) stop_after: Option<Stage>,
    /// Settings of plugins that are code, and the tables they are given
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) settings: Option<PathBuf>,
    /// Folder for what plugins that are processes write to standard error, one file a plugin
    #[arg(long, value_name = "DIR")]
    pub(crate) plugin_log: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) plugins: PluginsArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// Day of the run, YYYY-MM-DD (default: today in Japan)
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) now: Option<String>,
    /// Print a waiver to be filled in for each open finding instead of the report
    #[arg(long, conflicts_with = "stop_after")]
    pub(crate) waivers_template: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// Folder for the packages
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Day of the run, YYYY-MM-DD (default: today in Japan)
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) now: Option<String>,
    /// Package filings with open errors too, marked as drafts
    #[arg(long)]
    pub(crate) draft: bool,
    /// Word template of your own in place of a plugin's, by the name of that one: explanation=OURS.docx
    #[arg(long = "template", value_name = "NAME=FILE")]
    pub(crate) templates: Vec<String>,
    /// Make a PDF of each Word document, through LibreOffice
    #[arg(long)]
    pub(crate) pdf: bool,
    #[command(flatten)]
    pub(crate) fonts: FontsArgs,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// Workbooks (xlsx, xlsm, xls, ods), CSV or JSON files
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// Plugins to run (default: all)
    #[arg(long, value_name = "ID")]
    pub(crate) plugin: Vec<String>,
    /// Form of the report
    #[arg(long, value_enum, default_value_t = StatusFormat::Text)]
    pub(crate) format: StatusFormat,
    /// Day of the run, YYYY-MM-DD (default: today in Japan)
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) now: Option<String>,
    /// Findings that someone accepts, each with a reason, a name and a day
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) waivers: Option<PathBuf>,
    /// Filing that came before, to compare with: its XML, or the JSON or workbook it was built from
    #[arg(long, value_name = "FILE")]
    pub(crate) previous: Vec<PathBuf>,
    /// Ledger that says what was filed before
    #[arg(long, value_name = "PATH")]
    pub(crate) ledger: Option<PathBuf>,
    /// Settings of plugins that are code, and the tables they are given
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) settings: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) plugins: PluginsArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum StatusFormat {
    Text,
    Json,
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct DeadlinesArgs {
    /// Workbooks (xlsx, xlsm, xls, ods), CSV or JSON files
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// Plugins to run (default: all)
    #[arg(long, value_name = "ID")]
    pub(crate) plugin: Vec<String>,
    /// Calendar file to write; one that this command wrote is replaced
    #[arg(long, value_name = "FILE.ics")]
    pub(crate) ics: Option<PathBuf>,
    /// Form of the report
    #[arg(long, value_enum, default_value_t = FormatArg::Text)]
    pub(crate) format: FormatArg,
    /// Day of the run, YYYY-MM-DD (default: today in Japan)
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) now: Option<String>,
    /// Filing that came before, to compare with: its XML, or the JSON or workbook it was built from
    #[arg(long, value_name = "FILE")]
    pub(crate) previous: Vec<PathBuf>,
    /// Ledger that says what was filed before
    #[arg(long, value_name = "PATH")]
    pub(crate) ledger: Option<PathBuf>,
    /// Settings of plugins that are code, and the tables they are given
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) settings: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) plugins: PluginsArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// XML of a filing, or a record of ICTRP (XML, CSV, JSON), ClinicalTrials.gov (JSON, PRS XML), USDM or FHIR (JSON)
    #[arg(value_name = "FILE")]
    pub(crate) source: PathBuf,
    /// Format of the file: filing, ictrp, ictrp-xml, ctgov, prs, usdm, fhir (default: told by its content)
    #[arg(id = "source_format", long = "from", value_name = "FORMAT", value_parser = source_format)]
    pub(crate) from: Option<String>,
    /// Workbook (.xlsx) or JSON (.json) to write (default: a workbook beside the file)
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Plugins whose missing items are listed, and whose fields the workbook asks for (default: all)
    #[arg(long, value_name = "ID")]
    pub(crate) plugin: Vec<String>,
    /// Form of the report
    #[arg(long, value_enum, default_value_t = FormatArg::Text)]
    pub(crate) format: FormatArg,
    /// Replace a file that is there
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) plugins: PluginsArgs,
}

#[derive(Debug, Args)]
pub(crate) struct LedgerArgs {
    /// Ledger, or the folder it is in
    #[arg(long, value_name = "PATH", default_value = ".", global = true)]
    pub(crate) ledger: PathBuf,
    #[command(subcommand)]
    pub(crate) command: LedgerCommand,
    #[command(flatten)]
    pub(crate) plugins: PluginsArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DocxArgs {
    #[command(subcommand)]
    pub(crate) command: DocxCommand,
    #[command(flatten)]
    pub(crate) plugins: PluginsArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DocxCommand {
    /// List everything that is wrong with a Word template, each with its place
    Check {
        /// Word template
        #[arg(value_name = "TEMPLATE.docx")]
        docx: PathBuf,
        /// Plugin whose fields the template may use
        #[arg(id = "docx_plugin", long = "plugin", value_name = "ID")]
        plugin: Option<String>,
        /// Data to fill the template with, JSON
        #[arg(long, value_name = "FILE.json")]
        data: Option<PathBuf>,
    },
    /// List the fields that a Word template uses
    Fields {
        /// Word template
        #[arg(value_name = "TEMPLATE.docx")]
        docx: PathBuf,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Fill a Word template with any data
    Render {
        /// Word template
        #[arg(value_name = "TEMPLATE.docx")]
        docx: PathBuf,
        /// Data to fill the template with, JSON
        #[arg(long, value_name = "FILE.json")]
        data: PathBuf,
        /// File to write
        #[arg(short, long, value_name = "OUT.docx")]
        output: PathBuf,
        /// Replace a file that is there
        #[arg(long)]
        force: bool,
    },
    /// Compare two documents: a table of old and new, and a copy with tracked changes
    Compare(CompareArgs),
    /// Check finished documents for what was left in them and what does not agree
    Lint(LintArgs),
}

#[derive(Debug, Args)]
pub(crate) struct PluginArgs {
    #[command(subcommand)]
    pub(crate) command: PluginCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PluginCommand {
    /// Make a folder for a plugin of your own, which works at once
    New(NewArgs),
    /// List everything that is wrong in a plugin's folder, each with file, line and column
    Check {
        /// Folder of the plugin, or of several
        #[arg(value_name = "DIR")]
        plugin_folder: PathBuf,
        /// Write the SHA-256 of the plugin's library into its plugin.toml first
        #[arg(long)]
        pin: bool,
        /// Form of the report
        #[arg(long, value_enum, default_value_t = FormatArg::Text)]
        format: FormatArg,
        #[command(flatten)]
        plugins: PluginsArgs,
    },
    /// Run the cases of a plugin's rules and hold what it makes against what is expected
    Test {
        /// Folder of the plugin, or of several
        #[arg(value_name = "DIR")]
        plugin_folder: PathBuf,
        /// Write what is made in the place of what was expected
        #[arg(long)]
        update: bool,
        #[command(flatten)]
        plugins: PluginsArgs,
    },
    /// List the plugins
    List {
        #[command(flatten)]
        plugins: PluginsArgs,
    },
    /// Describe a plugin: what its form asks, what fills it, what is checked and what is made
    Docs {
        /// Id or folder of the plugin
        #[arg(value_name = "ID|DIR")]
        plugin_or_folder: String,
        /// File to write, Markdown (.md) or HTML (.html); without it Markdown is printed
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Replace a file that is there
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        plugins: PluginsArgs,
    },
    /// Draft a plugin's Word template from its form: every item with its label and tag
    Word {
        /// Folder of the plugin
        #[arg(value_name = "DIR")]
        plugin_folder: PathBuf,
        /// Replace a file that is there
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        plugins: PluginsArgs,
    },
}

#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// Id of the plugin: small letters, digits and hyphens, such as our-hospital
    #[arg(value_name = "ID")]
    pub(crate) plugin_id: String,
    /// Files alone, files and a library in Rust, or files and a program in Python
    #[arg(long, value_enum, default_value_t = KindArg::Data)]
    pub(crate) kind: KindArg,
    /// What the form is called, in Japanese
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// Folder to make (default: the id, here)
    #[arg(id = "plugin_out", long = "out", value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) plugins: PluginsArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum KindArg {
    Data,
    Native,
    Process,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// List what was built and received, a line each
    List,
    /// Show a filing with its values, or one line
    Show {
        /// Name of the submission, or number of the line
        #[arg(value_name = "SUBMISSION")]
        filing: String,
    },
    /// Check that no line was changed, removed in between, repeated or moved
    Verify,
    /// Record that the authority received a filing
    Record(RecordArgs),
}

#[derive(Debug, Args)]
pub(crate) struct RecordArgs {
    /// Name of the submission, or number of the line of its build
    #[arg(value_name = "SUBMISSION")]
    pub(crate) filing: String,
    /// Receipt number
    #[arg(long, value_name = "NN-NNNN")]
    pub(crate) receipt: String,
    /// Day it was received, YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) date: String,
    /// Remark
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    /// Correct what was recorded before; both stay in the ledger
    #[arg(long)]
    pub(crate) replace: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Id of the rule, such as CTN-0014
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) plugins: PluginsArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FormatArg {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
}

impl FailOn {
    pub(crate) fn severity(self) -> Severity {
        match self {
            FailOn::Error => Severity::Error,
            FailOn::Warning => Severity::Warning,
        }
    }
}

/// Name of the format of filings that were made before.
pub(crate) const FILING: &str = "filing";

fn source_format(text: &str) -> Result<String, String> {
    let known = || FORMATS.iter().map(|format| format.id).chain([FILING]);
    if known().any(|id| id == text) { Ok(text.to_owned()) } else { Err(known().collect::<Vec<_>>().join(", ")) }
}

fn stage(text: &str) -> Result<Stage, String> {
    let known = Stage::NAMES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    Stage::NAMES.iter().find(|(name, _)| *name == text).map(|(_, stage)| *stage).ok_or(known)
}

pub(crate) fn date(text: &str) -> Result<String, String> {
    match text.parse::<jiff::civil::Date>() {
        Ok(date) if text.len() == 10 => Ok(date.to_string()),
        _ => Err("YYYY-MM-DD".to_owned()),
    }
}
