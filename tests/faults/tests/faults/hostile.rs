//! Every hostile answer to every request of a wallet: it hears a failure of the network, keeps what it has, and goes on.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use permitcard_faults::Proxy;
use permitcard_net::{HttpClient, NetError, Request};
use permitcard_wallet::{Link, Reply};
use rcgen::CertificateParams;

use crate::{
    bodies,
    server::{Ca, Server},
    stage::once,
    walk::{STRAIGHT, Trouble, Walk},
};

struct HostileLink {
    inner: HttpClient,
    proxy: Arc<Proxy>,
    real: SocketAddr,
    hostile: Vec<SocketAddr>,
    turns: Mutex<HashMap<String, usize>>,
    trouble: Arc<Trouble>,
    answers: AtomicUsize,
}

impl Link for HostileLink {
    fn send<'a>(&'a self, request: &'a Request) -> Reply<'a> {
        Box::pin(async move {
            let name = request.idempotency_key().unwrap_or(request.path()).to_owned();
            let turn = {
                let mut turns = self.turns.lock().unwrap();
                let turn = turns.entry(name).or_insert(0);
                *turn += 1;
                *turn - 1
            };
            let Some(hostile) = self.hostile.get(turn) else {
                return self.inner.send(request).await;
            };
            self.inner.on_background();
            self.proxy.lead_to(*hostile);
            let answer = self.inner.send(request).await;
            self.proxy.lead_to(self.real);
            self.inner.on_background();
            self.trouble.note();
            self.answers.fetch_add(1, Ordering::SeqCst);
            // It was not asked by a route of its own, so that nothing of it is a decision of the authority.
            assert!(!matches!(answer, Err(NetError::Refused(_))), "{answer:?}");
            answer
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_of_a_stranger_changes_or_ends_anything() {
    let expected = Walk::undisturbed(STRAIGHT).await;
    let mut walk = Walk::new(STRAIGHT).await;
    let ca = Ca::new();
    let config = ca.certificate(|params| *params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap());
    let mut servers = Vec::new();
    for case in bodies::all().into_iter().filter(|case| !case.endless_heads) {
        let server = Server::start_with(config.clone(), &ca.pem, move |_| case.reply()).await;
        let port = server.client_file.url.rsplit(':').next().unwrap().parse().unwrap();
        servers.push(SocketAddr::from(([127, 0, 0, 1], port)));
    }
    // The strangers have a certificate that the phone takes: what is tried is behind the TLS.
    let mut client_file = walk.stage.world.authority.client_file().clone();
    client_file.ca.push_str(&ca.pem);
    walk.parts.client = client_file.clone();
    let trouble = Arc::new(Trouble::default());
    let link = Arc::new(HostileLink {
        inner: HttpClient::new(&client_file, once()).unwrap(),
        proxy: walk.stage.proxy.clone(),
        real: walk.stage.world.authority.address(),
        hostile: servers,
        turns: Mutex::default(),
        trouble: trouble.clone(),
        answers: AtomicUsize::new(0),
    });
    walk.finish(link.clone(), &trouble, &expected).await;
    let answers = link.answers.load(Ordering::SeqCst);
    println!("{answers} hostile answers");
    assert!(answers > 300, "{answers}");
}
