//! `todokede`: one set of trial data to every paper that Japanese clinical research must file.

mod args;
mod commands;
mod help;
mod lang;
mod output;
mod progress;
mod report;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use args::{Cli, Command};
use output::{Exit, Output};

fn main() -> ExitCode {
    let lang = lang::from_command_line(std::env::args_os());
    let matches = help::localised(Cli::command(), lang).get_matches();
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let mut output = Output::new(lang);
    let done = match cli.command {
        Command::Demo(args) => commands::demo::run(&args, &mut output),
        Command::Template(args) => commands::template::run(&args, &mut output),
        Command::Check(args) => commands::check::run(&args, &mut output),
        Command::Build(args) => commands::build::run(&args, &mut output),
        Command::Status(args) => commands::status::run(&args, &mut output),
        Command::Deadlines(args) => commands::deadlines::run(&args, &mut output),
        Command::Import(args) => commands::import::run(&args, &mut output),
        Command::Diff(args) => commands::diff::run(&args, &mut output),
        Command::Ledger(args) => commands::ledger::run(&args, &mut output),
        Command::Docx(args) => commands::docx::run(&args, &mut output),
        Command::Explain(args) => commands::explain::run(&args, &mut output),
        Command::PluginHost(args) => return commands::plugin_host::run(&args),
        Command::Plugin(args) => commands::plugin::run(&args, &mut output),
        Command::Plugins(args) => commands::plugin::list::run(&args, &mut output),
        Command::Schema(args) => commands::schema::run(&args, &mut output),
    };
    match done {
        Ok(exit) => exit.code(),
        Err(error) if output::is_broken_pipe(&error) => Exit::Clean.code(),
        Err(error) => {
            output.fault(&error);
            output::exit_of(&error).code()
        }
    }
}
