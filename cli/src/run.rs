//! From the command line to a command and its exit code.

use std::{env, ffi::OsString, process::ExitCode};

use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::{
    args::{Cli, Command, LanguageName, SnapshotCommand},
    commands,
    failure::{CliCode, Exit, Failure, Outcome},
    inspect,
    output::Output,
    words::Words,
};

/// Runs the program with the arguments of the process and gives its exit code.
pub fn run() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return misused(&error, &arguments),
    };
    let json = match &cli.command {
        // The authority has commands, output and runtime of its own.
        Command::Authority(command) => {
            return permitcard_authority::command::run_in(command.clone(), cli.global.lang.map(LanguageName::language));
        }
        Command::Register(args) => args.home.json.json,
        Command::Name(args) => args.json.json,
        Command::Number(args) => args.json.json,
        Command::Card(args) => args.home.json.json,
        Command::Services(args) => args.home.json.json,
        Command::Consents(args) => args.home.json.json,
        Command::Sync(args) => args.home.json.json,
        Command::Show(args) => args.home.json.json,
        Command::Export(args) => args.home.json.json,
        Command::Print(args) => args.home.json.json,
        Command::Request(args) => args.home.json.json,
        Command::Snapshot(SnapshotCommand::Fetch(args)) => args.home.json.json,
        Command::Snapshot(SnapshotCommand::Import(args)) => args.home.json.json,
        Command::Snapshot(SnapshotCommand::Export(args)) => args.home.json.json,
        Command::Verify(args) => args.home.json.json,
        Command::Policies(args) => args.json.json,
        Command::Inspect(args) => args.json.json,
        Command::Erase(args) => args.json.json,
        Command::Demo(args) => args.json.json,
    };
    let out = output(json, cli.global.lang);
    let ended = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|_| CliCode::StartFailed.into())
        .and_then(|runtime| runtime.block_on(dispatch(&cli.command, &out)));
    let exit = ended.unwrap_or_else(|failure| {
        out.failure(&failure);
        failure.exit
    });
    ExitCode::from(exit.code())
}

async fn dispatch(command: &Command, out: &Output) -> Outcome {
    match command {
        Command::Authority(_) => Err(CliCode::Usage.into()),
        Command::Register(args) => commands::register::run(args, out).await,
        Command::Name(args) => commands::name::run(args, out),
        Command::Number(args) => commands::number::run(args, out),
        Command::Card(args) => commands::card::run(args, out).await,
        Command::Services(args) => commands::services::run(args, out).await,
        Command::Consents(args) => commands::consents::run(args, out).await,
        Command::Sync(args) => commands::sync::run(args, out).await,
        Command::Show(args) => commands::show::run(args, out).await,
        Command::Export(args) => commands::export::run(args, out).await,
        Command::Print(args) => commands::print::run(args, out).await,
        Command::Request(args) => commands::request::run(args, out).await,
        Command::Snapshot(SnapshotCommand::Fetch(args)) => commands::snapshot::fetch(args, out).await,
        Command::Snapshot(SnapshotCommand::Import(args)) => commands::snapshot::import(args, out),
        Command::Snapshot(SnapshotCommand::Export(args)) => commands::snapshot::export(args, out),
        Command::Verify(args) => commands::verify::run(args, out).await,
        Command::Policies(args) => commands::policies::run(args, out),
        Command::Inspect(args) => inspect::command::run(args, out).await,
        Command::Erase(args) => commands::erase::run(args, out).await,
        Command::Demo(args) => commands::demo::run(args, out).await,
    }
}

fn output(json: bool, language: Option<LanguageName>) -> Output {
    Output::new(json, Words::choose(language, |name| env::var(name).ok()))
}

/// Help and version are no errors; anything else is wrong use, also for a program that reads JSON.
fn misused(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    let asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if !asked_for && arguments.iter().any(|argument| argument == "--json") {
        output(true, None).failure(&Failure {
            options: options(error),
            ..CliCode::Usage.into()
        });
    } else {
        // Nobody is left to tell if this cannot be printed.
        let _ = error.print();
    }
    ExitCode::from(if asked_for {
        Exit::Good.code()
    } else {
        Exit::Usage.code()
    })
}

/// The names of the options that an error is about, without what was typed for them: that may be a person's.
fn options(error: &clap::Error) -> Box<[String]> {
    let given = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => std::slice::from_ref(argument),
        Some(ContextValue::Strings(arguments)) => arguments.as_slice(),
        _ => &[],
    };
    given
        .iter()
        .filter_map(|argument| argument.split('=').next())
        // One of several: `<--text <TEXT>|--png <FILE>...>`.
        .flat_map(|argument| argument.split([' ', '|', '<', '>']))
        .filter(|name| name.starts_with("--"))
        .map(str::to_owned)
        .collect()
}
