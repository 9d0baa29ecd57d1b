//! The permit for paper.

use permitcard_authority::admin::PermitEvent;
use permitcard_credential::{
    permit::{Day, PortraitFormat},
    printed::Printed,
    snapshot::{Snapshot, StatusAnswer},
    status::Status,
};
use permitcard_protocol::{WireCode, endpoints};

use crate::support::{START, World};

async fn snapshot(world: &World) -> Snapshot {
    let client = world.client();
    let mut file = client.get_open(endpoints::TRUST_LIST).await.body;
    file.extend(client.get_open("/status/1").await.body);
    let root = world.running.client_file().root_key.to_public_key().unwrap();
    Snapshot::parse(&file, &root, world.clock.now_s()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_what_the_register_says_and_no_secret() {
    let world = World::new().await;
    let person = world.person("maria");
    let holder = world.register("maria").await;
    for (path, portrait) in [(endpoints::PRINTED, false), (endpoints::PRINTED_PORTRAIT, true)] {
        let answer = holder.client.get(path).await;
        assert_eq!((answer.status, answer.media.as_str()), (200, endpoints::MEDIA_CWT));
        let read = Printed::parse(&answer.body).unwrap();
        let trust = snapshot(&world).await;
        let key = trust.keys(*read.kid(), read.iss()).next().unwrap();
        read.check_issuer(&key.key).unwrap();
        let document = read.document();
        assert!(document.test);
        assert_eq!(document.person.name, "GARCIA LOPEZ<<MARIA");
        assert_eq!(document.permit_number.as_deref(), Some(person.permit_number.as_str()));
        assert_eq!(document.employer.as_deref(), Some("Shanghai Example Trading Co Ltd"));
        assert_eq!(read.iat(), Day::of_unix(START).start());
        assert_eq!(read.exp() - read.iat(), 60 * Day::SECONDS);
        let format = document.portrait.as_ref().map(|portrait| portrait.format);
        assert_eq!(format, portrait.then_some(PortraitFormat::WebP));
        for secret in [
            &person.passport,
            person.social_security_number.as_ref().unwrap(),
            person.contact.as_ref().unwrap(),
        ] {
            assert!(
                !answer
                    .body
                    .windows(secret.len())
                    .any(|window| window == secret.as_bytes())
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_has_one_place_a_version_and_shares_its_fate() {
    let world = World::new().await;
    let holder = world.register("maria").await;
    let place = async |path: &str| {
        let answer = holder.client.get(path).await;
        let read = Printed::parse(&answer.body).unwrap();
        (read.status_uri().to_owned(), read.status_idx())
    };
    let first = place(endpoints::PRINTED).await;
    assert_eq!(place(endpoints::PRINTED).await, first);
    assert_eq!(place(endpoints::PRINTED_PORTRAIT).await, first);
    let status =
        async || match snapshot(&world)
            .await
            .status(&first.0, "sandbox.example", true, first.1, world.clock.now_s())
        {
            StatusAnswer::Found { status, .. } => status,
            _ => panic!("no status"),
        };
    assert_eq!(status().await, Status::Valid);
    world.event(PermitEvent::Suspend, "maria");
    assert_eq!(status().await, Status::Suspended);
    let suspended = place(endpoints::PRINTED).await;
    assert_ne!(suspended, first, "another version of the card");
    world.event(PermitEvent::Revoke, "maria");
    assert_eq!(status().await, Status::Invalid);
    holder
        .client
        .get(endpoints::PRINTED)
        .await
        .refused(WireCode::PermitEnded);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_for_its_holder_alone() {
    let world = World::new().await;
    let holder = world.register("maria").await;
    for path in [endpoints::PRINTED, endpoints::PRINTED_PORTRAIT] {
        let open = world.client().get_open(path).await;
        assert!(open.status == 400 || open.status == 401, "{}", open.status);
        assert_eq!(holder.client.get(path).await.status, 200);
    }
}
