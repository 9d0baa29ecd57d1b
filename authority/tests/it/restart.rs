use permitcard_authority::{Authority, AuthorityError};
use permitcard_protocol::{endpoints, registration::InteractionType};

use crate::support::{Holder, Step, World, claim, options};

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

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_goes_on_after_a_restart_at_every_step() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.start().await.next();
    let (world, mut holder) = restarted(world, holder).await;
    holder.consent(true).await.next();
    let (world, mut holder) = restarted(world, holder).await;
    let next = holder.claim(claim(&world.person("maria"))).await.next();
    assert_eq!(next.interaction_type_required, InteractionType::OneTimeCode);
    let (world, mut holder) = restarted(world, holder).await;
    holder.code(&world.code("maria")).await.next();
    let (world, holder) = restarted(world, holder).await;
    let receipt = holder.run_check().await;
    let (world, mut holder2) = restarted(world, holder).await;
    holder2.document(&receipt).await.next();
    let (world, mut holder) = restarted(world, holder2).await;
    holder.consent(true).await.next();
    let (world, mut holder) = restarted(world, holder).await;
    assert!(matches!(holder.check_face().await, Step::Granted));
    let (world, mut holder) = restarted(world, holder).await;
    holder.fetch_tokens().await;
    let (world, holder) = restarted(world, holder).await;
    let (batch, _) = holder.batch(1).await;
    let (_world, holder) = restarted(world, holder).await;
    assert_eq!(
        holder
            .notify(&batch.notification_id, "credential_accepted")
            .await
            .status,
        204
    );
    assert_eq!(holder.client.get(endpoints::CARD).await.status, 200);
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
