use permitcard_credential::{permit::Profile, verdict::Policy};

use crate::{
    args::PoliciesArgs,
    failure::{Exit, Outcome},
    output::Output,
    view,
};

/// `permitcard policies`
pub fn run(args: &PoliciesArgs, out: &Output) -> Outcome {
    let asked = args.policy.map(|name| [name.profile()]);
    for profile in asked.as_ref().map_or(Profile::ALL, |one| one) {
        let policy = Policy::of(*profile);
        out.event("policy", view::policies::to_json(&policy));
        view::policies::print(&policy, out);
    }
    Ok(Exit::Good)
}
