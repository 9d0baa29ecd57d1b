use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{Notify, watch},
    task::JoinHandle,
};

use crate::{
    Direction, Plan,
    plan::{Armed, Verdict},
};

/// Hands connections on to a server, under a [`Plan`] or without one. A plan holds for connections that begin after it.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
}

struct Shared {
    server: Mutex<SocketAddr>,
    armed: Mutex<Option<Arc<Armed>>>,
    accepted: AtomicUsize,
    open: watch::Sender<usize>,
}

impl Proxy {
    /// A proxy on a free port of the loopback interface. It leads nowhere before [`lead_to`](Self::lead_to).
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            server: Mutex::new(SocketAddr::from(([127, 0, 0, 1], 9))),
            armed: Mutex::new(None),
            accepted: AtomicUsize::new(0),
            open: watch::Sender::new(0),
        });
        let listening = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self {
            address,
            shared,
            listening,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on connections go to this server.
    pub fn lead_to(&self, server: SocketAddr) {
        *self.shared.server.lock().unwrap() = server;
    }

    /// From now on connections fare so.
    pub fn arm(&self, plan: Plan) {
        *self.shared.armed.lock().unwrap() = Some(Arc::new(Armed::new(plan)));
    }

    /// From now on connections are handed on whole. Tells whether the plan before was carried out.
    pub fn disarm(&self) -> bool {
        let armed = self.shared.armed.lock().unwrap().take();
        armed.is_some_and(|armed| armed.fired())
    }

    /// Connections since the start.
    pub fn accepted(&self) -> usize {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    /// Waits until no connection is open.
    pub async fn all_closed(&self) {
        let mut open = self.shared.open.subscribe();
        open.wait_for(|open| *open == 0).await.unwrap();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((client, _)) = listener.accept().await {
        shared.accepted.fetch_add(1, Ordering::SeqCst);
        shared.open.send_modify(|open| *open += 1);
        let server = *shared.server.lock().unwrap();
        let armed = shared.armed.lock().unwrap().clone();
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            if let Ok(server) = TcpStream::connect(server).await {
                hand_on(client, server, armed).await;
            }
            shared.open.send_modify(|open| *open -= 1);
        });
    }
}

/// Both directions of one connection, until either side ends it or the plan does.
async fn hand_on(client: TcpStream, server: TcpStream, armed: Option<Arc<Armed>>) {
    // What waits for more would hide where a cut is.
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let over = Notify::new();
    let (client_reads, client_writes) = client.into_split();
    let (server_reads, server_writes) = server.into_split();
    let pumps = async {
        tokio::join!(
            pump(client_reads, server_writes, Direction::Up, armed.as_deref(), &over),
            pump(server_reads, client_writes, Direction::Down, armed.as_deref(), &over),
        )
    };
    tokio::select! {
        () = over.notified() => {}
        _ = pumps => {}
    }
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    direction: Direction,
    armed: Option<&Armed>,
    over: &Notify,
) {
    let mut buffer = vec![0; 16 * 1024];
    let mut bytes = 0;
    loop {
        let read = buffer.get(..bytes).unwrap_or_default();
        let verdict = armed.map_or(Verdict::Pass, |armed| armed.judge(direction, bytes));
        let (pass, then) = match verdict {
            Verdict::Pass => (bytes, None),
            Verdict::Then(pass, plan) => (pass, Some(plan)),
        };
        let (now, later) = read.split_at(pass.min(bytes));
        if to.write_all(now).await.is_err() {
            break;
        }
        match then {
            None => {}
            Some(Plan::Cut { .. }) => break,
            // What comes is swallowed, so that the end of the connection is still seen.
            Some(Plan::Stall { .. }) => {
                while from.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
                break;
            }
            Some(Plan::Trickle { every, .. }) => {
                for byte in later {
                    tokio::time::sleep(every).await;
                    if to.write_all(&[*byte]).await.is_err() {
                        break;
                    }
                }
            }
        }
        match from.read(&mut buffer).await {
            Ok(read) if read > 0 => bytes = read,
            _ => break,
        }
    }
    over.notify_one();
}
