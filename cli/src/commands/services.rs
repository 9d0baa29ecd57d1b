use permitcard_wallet::{ServiceCode, ServiceView};
use serde_json::json;

use crate::{
    args::ServicesArgs,
    failure::{Exit, Outcome},
    home::Home,
    output::{Output, Tone},
};

/// `permitcard services`
pub async fn run(args: &ServicesArgs, out: &Output) -> Outcome {
    let (home, client) = Home::open(&args.home)?;
    let wallet = home.wallet(client).await?;
    let services = wallet.services().await;
    wallet.close().await;
    let services = services?;
    for view in &services {
        let closed = view.closed.map(ServiceCode::code);
        out.event(
            "service",
            json!({
                "service": view.service.name(), "open": view.closed.is_none(), "code": closed,
                "text": closed.map(|code| out.words().text(code, &[])),
                "next": closed.and_then(|code| out.words().next(code, &[])),
            }),
        );
    }
    print(&services, out);
    Ok(Exit::Good)
}

fn print(services: &[ServiceView], out: &Output) {
    let name = |view: &ServiceView| out.words().text(&format!("service-{}", view.service.name()), &[]);
    let open: Vec<&ServiceView> = services.iter().filter(|view| view.closed.is_none()).collect();
    if !open.is_empty() {
        out.say(2, "cli-services-open", &[]);
    }
    for view in open {
        out.paragraph(4, Tone::Good, &format!("✔ {}", name(view)));
    }
    // Each reason once, with what it closes below it.
    for code in ServiceCode::ALL {
        let closed: Vec<&ServiceView> = services.iter().filter(|view| view.closed == Some(*code)).collect();
        if closed.is_empty() {
            continue;
        }
        out.line("");
        out.say(2, "cli-services-closed", &[]);
        for view in closed {
            out.paragraph(4, Tone::Quiet, &format!("✘ {}", name(view)));
        }
        out.line("");
        out.say(2, code.code(), &[]);
        if let Some(advice) = out.words().next(code.code(), &[]) {
            out.paragraph(2, Tone::Plain, &advice);
        }
        if *code == ServiceCode::NeedsTier2 {
            out.say(2, "cli-services-how", &[]);
        }
    }
}
