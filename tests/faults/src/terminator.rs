//! A server in front of the authority that speaks TLS under a certificate of its own, and inside of it asks the authority.

use std::{net::SocketAddr, sync::Arc};

use rustls::{ClientConfig, ServerConfig, pki_types::ServerName};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// Listens on a free port of the loopback interface, shows what `outside` says and asks `authority` as `inside` says. It runs
/// as long as the runtime.
pub async fn start(outside: Arc<ServerConfig>, inside: Arc<ClientConfig>, authority: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (acceptor, connector) = (TlsAcceptor::from(outside), TlsConnector::from(inside));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (acceptor, connector) = (acceptor.clone(), connector.clone());
            tokio::spawn(async move {
                let (Ok(mut client), Ok(server)) = (acceptor.accept(client).await, TcpStream::connect(authority).await)
                else {
                    return;
                };
                let name = ServerName::IpAddress(authority.ip().into());
                if let Ok(mut server) = connector.connect(name, server).await {
                    // Either side may end it.
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                }
            });
        }
    });
    address
}
