//! The commands of the authority, shared by `permitcard-authority` and `permitcard authority`.

mod args;
mod print;
mod serve;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use directories::ProjectDirs;
use permitcard_messages::Language;
use permitcard_platform::SystemClock;

use crate::{AuthorityError, admin::Admin};
pub use args::{
    AuthorityCommand, CheckArgs, ChecksArgs, CommonArgs, EventArgs, MailboxArgs, PeopleArgs, ServeArgs, WindowCodeArgs,
};

/// Carries out a command, prints to standard output and error, and gives the exit code of design 12. Blocks; must not
/// be called inside of a tokio runtime.
pub fn run(command: AuthorityCommand) -> ExitCode {
    run_in(command, None)
}

/// As [`run`], in the language that was asked for; without one, in that of the environment.
pub fn run_in(command: AuthorityCommand, asked: Option<Language>) -> ExitCode {
    let json = command.common().json;
    let mut out = io::stdout();
    match execute(command, &mut out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let language = asked.unwrap_or_else(|| print::language(|name| std::env::var(name).ok()));
            // Programs read events from standard output. Whoever closed it does not want to know.
            let _ = if json {
                print::error(&mut out, language, error, true)
            } else {
                print::error(&mut io::stderr(), language, error, false)
            };
            ExitCode::from(error.exit_code())
        }
    }
}

fn execute(command: AuthorityCommand, out: &mut dyn Write) -> Result<(), AuthorityError> {
    let data = data_dir(command.common())?;
    let json = command.common().json;
    let admin = || Admin::open(&data, Arc::new(SystemClock));
    match command {
        AuthorityCommand::Serve(args) => serve::serve(&args, data, out),
        AuthorityCommand::People(args) => {
            let people = match &args.person {
                Some(id) => vec![admin()?.person(id)?],
                None => admin()?.people()?,
            };
            print::people(out, &people, args.person.is_some(), json)
        }
        AuthorityCommand::Mailbox(args) => print::mailbox(out, &admin()?.mailbox(args.person.as_deref())?, json),
        AuthorityCommand::Event(args) => {
            let person = admin()?.event_with(args.event, &args.person, &args.data())?;
            print::people(out, &[person], true, json)
        }
        AuthorityCommand::Check(args) => print::receipt(out, &admin()?.check(&args.launch_token)?, json),
        AuthorityCommand::Checks(args) => print::checks(out, &admin()?.sandbox_checks(args.wrong)?, json),
        AuthorityCommand::WindowCode(args) => print::window_code(
            out,
            &admin()?.window_code(&args.person, &args.session, &args.clerk)?,
            json,
        ),
    }
}

/// The given directory, or one in the user's data folder.
fn data_dir(common: &CommonArgs) -> Result<PathBuf, AuthorityError> {
    match &common.data {
        Some(data) => Ok(data.clone()),
        None => ProjectDirs::from("org", "Permit Card", "permitcard-authority")
            .map(|dirs| dirs.data_dir().to_owned())
            .ok_or(AuthorityError::DataUnusable),
    }
}
