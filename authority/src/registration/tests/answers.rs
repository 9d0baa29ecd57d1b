//! One answer before proof: what a number that the register knows leads to, and one that it does not know.

use permitcard_protocol::registration::{ClaimedNumber, InsufficientAuthorization, OneTimeCodeAnswer, StepAnswer};

use super::{Flow, code_of, window_code_of};

/// What does not differ by chance.
fn shown(next: &InsufficientAuthorization) -> String {
    let mut next = next.clone();
    next.auth_session = next.auth_session.replace(|_: char| true, "s");
    next.session_reference = next.session_reference.map(|text| text.replace(|_: char| true, "r"));
    for launch in &mut next.launches {
        launch.token = launch.token.replace(|_: char| true, "t");
    }
    serde_json::to_string(&next).unwrap()
}

/// The rows of each table that a registration writes, without what differs by chance: how many there are, and how long
/// what is in them is.
fn rows(flow: &Flow) -> Vec<String> {
    let count = |query: &str| -> String {
        let row = flow
            .app
            .store
            .read(|tx| Ok::<_, crate::AuthorityError>(tx.0.query_row(query, [], |row| row.get(0))?));
        row.unwrap()
    };
    [
        "SELECT count(*) || ' ' || sum(length(mac)) || ' ' || sum(tries) FROM one_time_code",
        "SELECT count(*) || ' ' || sum(length(sealed_code)) FROM outgoing",
        "SELECT group_concat(cap, ' ') FROM (SELECT cap FROM attempt WHERE cap NOT IN (4, 7) ORDER BY cap)",
        "SELECT coalesce(group_concat(step || outcome, ' '), '') FROM evidence",
        "SELECT group_concat(kind, ' ') FROM provider_check",
        "SELECT group_concat(kind, ' ') FROM consent",
        "SELECT count(*) || coalesce(ended, '') FROM session",
    ]
    .into_iter()
    .map(count)
    .collect()
}

/// A walk that proves nothing: what is shown at each step, and what is kept in the end.
async fn walk(who: &str) -> (Vec<String>, Vec<String>) {
    let mut flow = Flow::new(|_| {});
    let mut seen = Vec::new();
    flow.start().await;
    flow.consent().await;
    let mut claim = flow.claim_of("maria");
    match who {
        "unknown" => claim.number = ClaimedNumber::PermitNumber("310000209900000101".into()),
        "another passport" => claim.document.number = "XDB100109".into(),
        "another name" => claim.name = "SOMEBODY<<ELSE".into(),
        "no contact" => claim = flow.claim_of("suharto"),
        "over" => claim = flow.claim_of("lukasz"),
        "registered" => {
            let mut before = Flow::new(|_| {});
            std::mem::swap(&mut before.app, &mut flow.app);
            before.claim("maria").await;
            let code = before.window_code("maria");
            assert!(before.try_answer(window_code_of(&code)).await.is_ok());
            std::mem::swap(&mut before.app, &mut flow.app);
            let tidy = flow.app.store.write(|tx| {
                for table in ["one_time_code", "outgoing", "attempt", "evidence", "provider_check"] {
                    tx.0.execute(&format!("DELETE FROM {table}"), ())?;
                }
                tx.0.execute(
                    "DELETE FROM consent WHERE session NOT IN (SELECT reference FROM session)",
                    (),
                )?;
                Ok::<_, crate::AuthorityError>(())
            });
            tidy.unwrap();
        }
        _ => {}
    }
    seen.push(shown(&flow.answer(StepAnswer::IdentityClaim(claim)).await));
    // Six wrong codes, and one more message.
    for _ in 0..6 {
        seen.push(shown(&flow.answer(code_of("1234567")).await));
    }
    seen.push(shown(
        &flow
            .answer(StepAnswer::OneTimeCode(OneTimeCodeAnswer::Resend(true)))
            .await,
    ));
    seen.push(shown(&flow.answer(window_code_of("0123ABCDEF")).await));
    seen.push(shown(&flow.document("nothing").await));
    (seen, rows(&flow))
}

#[tokio::test]
async fn nobody_learns_before_a_proof_whether_the_register_knows_a_number() {
    let (known, kept) = walk("maria").await;
    assert!(known[0].contains("one-time-code") && known[0].contains("in-person-code"));
    assert!(known[6].contains("registration.code_tries_exhausted"), "{}", known[6]);
    for who in [
        "unknown",
        "another passport",
        "another name",
        "no contact",
        "over",
        "registered",
    ] {
        let (seen, rows) = walk(who).await;
        assert_eq!(seen, known, "{who}");
        assert_eq!(rows, kept, "{who}");
    }
}

/// The code of a claim that is not right is never right.
#[tokio::test]
async fn a_ghosts_code_is_kept_and_sent_to_nobody() {
    let mut flow = Flow::new(|_| {});
    flow.start().await;
    flow.consent().await;
    let mut claim = flow.claim_of("maria");
    claim.document.number = "XDB100109".into();
    flow.answer(StepAnswer::IdentityClaim(claim)).await;
    assert_eq!(flow.code_of("maria").await, None);
    // The right one of a right claim, in another registration, is of no use here either.
    let ghost = flow.session.clone();
    flow.claim("maria").await;
    let code = flow.code_of("maria").await.unwrap();
    flow.session = ghost;
    let next = flow.answer(code_of(&code)).await;
    assert_eq!(next.code.unwrap().code(), "registration.code_wrong");
}
