//! The whole story on one machine: an authority, two workers, a verifier, three bad codes.

mod forge;
mod stage;
mod story;
mod worker;

use crate::{
    args::DemoArgs,
    failure::{CliCode, Exit, Outcome},
    output::Output,
};

/// `permitcard demo`
pub async fn run(args: &DemoArgs, out: &Output) -> Outcome {
    let stage = stage::Stage::set(args.keep.as_deref())?;
    let ended = tokio::select! {
        told = story::tell(&stage, args.person.as_deref(), out) => told.map(|()| Exit::Good),
        _ = tokio::signal::ctrl_c() => Err(CliCode::DemoInterrupted.into()),
    };
    stage.leave().await;
    ended
}
