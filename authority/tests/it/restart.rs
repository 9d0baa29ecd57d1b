use permitcard_authority::{Authority, AuthorityError};
use permitcard_credential::status::Status;
use permitcard_crypto::ecdsa::{Curve, SigningKey};
use permitcard_protocol::{
    endpoints,
    issuance::CredentialResponse,
    oauth::TokenResponse,
    registration::{ChallengeRequest, InteractionType, StepAnswer, Tier},
};

use crate::{
    lists::statuses,
    support::{Holder, Step, World, options, start_request, start_request_for},
};

async fn restarted(world: World, holder: Holder) -> (World, Holder) {
    let world = world.restart().await;
    let client = holder.client.again(world.running.client_file());
    (world, Holder { client, ..holder })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_keeps_url_keys_and_people() {
    let world = World::new().await;
    let before = world.running.client_file().clone();
    world.event(permitcard_authority::admin::PermitEvent::Extend, "maria");
    let person = world.person("maria");
    let on_disk = std::fs::read(world.running.client_file_path()).unwrap();
    let world = world.restart().await;
    assert_eq!(world.running.client_file(), &before);
    assert_eq!(std::fs::read(world.running.client_file_path()).unwrap(), on_disk);
    assert!(world.person("maria") == person);
}

/// The authority is stopped and started before the answer, and again before it is repeated under its key.
async fn answered(world: World, holder: Holder, answer: StepAnswer) -> (World, Holder, Step) {
    let request = holder.answer_request(answer);
    challenged(world, holder, &request).await
}

async fn challenged(world: World, holder: Holder, request: &ChallengeRequest) -> (World, Holder, Step) {
    let (world, holder) = restarted(world, holder).await;
    let key = holder.client.new_key();
    let first = holder
        .client
        .form(endpoints::CHALLENGE, &request.to_form(), Some(&key))
        .await;
    let (world, mut holder) = restarted(world, holder).await;
    let again = holder
        .client
        .form(endpoints::CHALLENGE, &request.to_form(), Some(&key))
        .await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    let step = holder.challenge(request, &key).await;
    (world, holder, step)
}

/// Answers every step truly, by this way wherever it is open; returns what was asked.
async fn walked(
    mut world: World,
    mut holder: Holder,
    person: &str,
    way: Option<InteractionType>,
) -> (World, Holder, Vec<InteractionType>) {
    let mut asked = Vec::new();
    loop {
        let required = holder.last.as_ref().unwrap().interaction_type_required;
        let kind = way.filter(|way| holder.is_open(*way)).unwrap_or(required);
        let answer = holder.true_answer(&world, kind, person).await;
        asked.push(kind);
        let step;
        (world, holder, step) = answered(world, holder, answer).await;
        if matches!(step, Step::Granted) {
            return (world, holder, asked);
        }
    }
}

/// Fetches tokens and credentials and says that they are stored; each request before and after a restart.
async fn fetched(world: World, holder: Holder) -> (World, Holder, CredentialResponse) {
    let (world, holder) = restarted(world, holder).await;
    let (request, key) = (holder.code_request().to_form(), holder.client.new_key());
    let first = holder.client.form(endpoints::TOKEN, &request, Some(&key)).await;
    let (world, mut holder) = restarted(world, holder).await;
    let again = holder.client.form(endpoints::TOKEN, &request, Some(&key)).await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    let tokens: TokenResponse = again.json();
    *holder.client.access_token.lock().unwrap() = Some(tokens.access_token.clone());
    holder.tokens = Some(tokens);

    let keys: Vec<SigningKey> = (0..3).map(|_| SigningKey::generate(Curve::P256).unwrap()).collect();
    let nonce = holder.c_nonce().await;
    let request = holder.credential_request(&keys, &nonce);
    let key = holder.client.new_key();
    let (world, holder) = restarted(world, holder).await;
    let first = holder.client.json(endpoints::CREDENTIAL, &request, Some(&key)).await;
    let (world, holder) = restarted(world, holder).await;
    let again = holder.client.json(endpoints::CREDENTIAL, &request, Some(&key)).await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    let batch: CredentialResponse = again.json();
    assert_eq!(batch.credentials.len(), 3);

    let (world, holder) = restarted(world, holder).await;
    holder.accept(&batch).await;
    let (world, holder) = restarted(world, holder).await;
    holder.accept(&batch).await;
    assert_eq!(holder.client.get(endpoints::CARD).await.status, 200);
    (world, holder, batch)
}

/// This batch is good, and there is no other one that is.
async fn is_the_one_live_batch(world: &World, batch: &CredentialResponse) {
    assert_eq!(statuses(world, batch).await, [Status::Valid; 3]);
    let database = rusqlite::Connection::open(world.data_dir().join("authority.db")).unwrap();
    let live: u32 = database
        .query_row("SELECT count(*) FROM credential WHERE status = 0", [], |row| row.get(0))
        .unwrap();
    assert_eq!(live, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn restarted_before_and_after_each_request_a_phone_gets_one_card() {
    let world = World::new().await;
    let holder = world.holder();
    let (world, holder, step) = challenged(world, holder, &start_request()).await;
    step.next();
    let (world, holder, asked) = walked(world, holder, "maria", None).await;
    use InteractionType::{Consent, DocumentCheck, FaceCheck, IdentityClaim, OneTimeCode};
    let steps = [Consent, IdentityClaim, OneTimeCode, DocumentCheck, Consent, FaceCheck];
    assert_eq!(asked, steps);
    assert_eq!(world.codes_sent("maria"), 1);
    let (world, _, batch) = fetched(world, holder).await;
    is_the_one_live_batch(&world, &batch).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn restarted_before_and_after_each_request_a_window_gives_one_card_and_tier_2_replaces_it() {
    use InteractionType::{BankCard, Consent, InPersonCode, Sim};
    let mut world = World::new().await;
    let mut holder = world.holder();
    let mut step;
    (world, holder, step) = challenged(world, holder, &start_request()).await;
    step.next();
    let mut asked;
    (world, holder, asked) = walked(world, holder, "maria", Some(InPersonCode)).await;
    assert_eq!(asked, [Consent, InPersonCode]);
    let mut before;
    (world, holder, before) = fetched(world, holder).await;
    is_the_one_live_batch(&world, &before).await;
    for way in [BankCard, Sim] {
        // Whoever has tier 2 already may prove it again.
        (world, holder, step) = challenged(world, holder, &start_request_for(Tier::SocialSecurity)).await;
        step.next();
        (world, holder, asked) = walked(world, holder, "maria", Some(way)).await;
        assert_eq!(asked, [Consent, way]);
        let batch;
        (world, holder, batch) = fetched(world, holder).await;
        assert_eq!(statuses(&world, &before).await, [Status::Invalid; 3]);
        is_the_one_live_batch(&world, &batch).await;
        before = batch;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_authorities_on_one_directory_are_refused() {
    let world = World::new().await;
    let second = Authority::start(options(&world.data_dir(), &world.clock)).await;
    assert_eq!(second.err(), Some(AuthorityError::DataInUse));
    // The first one is not disturbed.
    assert_eq!(world.client().get_open(endpoints::TRUST_LIST).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_said() {
    let world = World::new().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mut options = options(dir.path(), &world.clock);
    options.port = Some(taken.local_addr().unwrap().port());
    assert_eq!(Authority::start(options).await.err(), Some(AuthorityError::PortTaken));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_authority_frees_its_directory() {
    let world = World::new().await;
    let (dir, clock) = (world.data_dir(), world.clock.clone());
    drop(world.running);
    // Dropping does not wait, so the directory comes free a little later.
    for _ in 0..500 {
        match Authority::start(options(&dir, &clock)).await {
            Ok(running) => return running.shutdown().await,
            Err(error) => assert!(
                matches!(error, AuthorityError::DataInUse | AuthorityError::PortTaken),
                "{error}"
            ),
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the directory is still in use");
}
