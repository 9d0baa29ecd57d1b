use std::{sync::Arc, time::Duration};

use permitcard_faults::Proxy;
use permitcard_net::{HttpClient, NetOptions, RetryOptions};
use permitcard_wallet::{Link, Wallet};

use crate::support::{PhoneParts, ScriptedKeys, World};

/// An authority that is reached through a proxy only.
pub struct Stage {
    pub world: World,
    pub proxy: Arc<Proxy>,
}

impl Stage {
    pub async fn new() -> Self {
        let proxy = Arc::new(Proxy::start().await);
        let port = proxy.address().port();
        let world = World::with(|options| options.public_port = Some(port)).await;
        proxy.lead_to(world.authority.address());
        Self { world, proxy }
    }

    /// A client that tries once, so that every failure is seen by the wallet. It waits for an answer as long as on a phone: a
    /// connection that ends in the very moment in which its first request is handed over loses that one without a word
    /// (a race between hyper's task of the connection and its sender, about once in five thousand cuts).
    pub fn client(&self) -> HttpClient {
        let options = NetOptions {
            read_timeout: NetOptions::default().read_timeout,
            ..once()
        };
        HttpClient::new(self.world.authority.client_file(), options).unwrap()
    }
}

pub fn once() -> NetOptions {
    let long = Duration::from_secs(3_600);
    NetOptions {
        connect_timeout: long,
        read_timeout: long,
        total_timeout: long,
        retry: RetryOptions {
            attempts: 1,
            ..RetryOptions::default()
        },
        ..NetOptions::default()
    }
}

/// A wallet over any link, with its key store.
pub async fn open(parts: &PhoneParts, link: Arc<dyn Link>) -> (Wallet, Arc<ScriptedKeys>) {
    let keys = parts.keys();
    let wallet = Wallet::open_over(parts.options(), keys.clone(), parts.clock.clone(), link)
        .await
        .unwrap();
    (wallet, keys)
}
