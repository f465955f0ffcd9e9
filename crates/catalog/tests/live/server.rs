//! Scratch databases, and a listener between client and server.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use driftless_catalog::url::Host;
use driftless_catalog::{DatabaseUrl, Session};

/// The administrator's URL; `None`, and a word about it, where there is none.
#[expect(clippy::print_stderr, reason = "a test that is skipped is to be seen")]
pub(crate) fn admin_url(test: &str) -> Option<String> {
    let url = std::env::var("DRIFTLESS_TEST_URL").ok().filter(|url| !url.is_empty());
    if url.is_none() {
        eprintln!("{test}: skipped, as DRIFTLESS_TEST_URL is not set");
    }
    url
}

/// A database that is dropped at the end of its test.
pub(crate) struct Scratch {
    admin: DatabaseUrl,
    name: String,
}

impl Scratch {
    /// Makes a database; `None` where there is no server to test with.
    pub(crate) fn new(test: &str) -> Option<Self> {
        let admin = DatabaseUrl::parse(&admin_url(test)?).expect("DRIFTLESS_TEST_URL is a URL");
        let name = format!("cath_{test}_{}", std::process::id());
        let mut session = Session::connect(&admin).expect("the server of DRIFTLESS_TEST_URL runs");
        session.drop_database(&name).expect("a scratch database can be dropped");
        session.create_database(&name).expect("a scratch database can be made");
        Some(Self { admin, name })
    }

    pub(crate) fn url(&self) -> DatabaseUrl {
        self.admin.with_database(&self.name)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A session in the database.
    pub(crate) fn connect(&self) -> Session {
        Session::connect(&self.url()).expect("a scratch database can be connected to")
    }

    /// A session in the database after a script ran there.
    pub(crate) fn with(&self, script: &str) -> Session {
        let mut session = self.connect();
        session.execute(script).unwrap_or_else(|error| panic!("{error}\n{script}"));
        session
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Ok(mut session) = Session::connect(&self.admin) {
            drop(session.drop_database(&self.name));
        }
    }
}

/// Passes one connection on and counts how often the client speaks after the server did.
pub(crate) fn counting_proxy(url: &DatabaseUrl) -> (String, Arc<AtomicU32>) {
    let Host::Tcp(host) = &url.servers()[0].host else { panic!("the test server is reached by TCP") };
    let server = (host.to_string(), url.servers()[0].port);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("a listener has an address");
    let turns = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&turns);
    std::thread::spawn(move || {
        let (client, _) = listener.accept().expect("the test connects");
        let server = TcpStream::connect(server).expect("the server runs");
        let speaker = Arc::new(AtomicU8::new(SERVER));
        let back = (server.try_clone().expect("a socket"), client.try_clone().expect("a socket"));
        let back_speaker = Arc::clone(&speaker);
        std::thread::spawn(move || pass(back.0, back.1, || back_speaker.store(SERVER, Ordering::SeqCst)));
        pass(client, server, || {
            if speaker.swap(CLIENT, Ordering::SeqCst) == SERVER {
                counter.fetch_add(1, Ordering::SeqCst);
            }
        });
    });
    (format!("127.0.0.1:{}", address.port()), turns)
}

const CLIENT: u8 = 0;
const SERVER: u8 = 1;

fn pass(mut from: TcpStream, mut to: TcpStream, heard: impl Fn()) {
    let mut buffer = [0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        heard();
        if to.write_all(&buffer[..length]).is_err() {
            return;
        }
    }
}

/// A pooler in transaction mode, as small as can be: all clients take turns on one connection to the server, which must
/// trust the role.
pub(crate) fn transaction_pooler(url: &DatabaseUrl) -> String {
    let Host::Tcp(host) = &url.servers()[0].host else { panic!("the test server is reached by TCP") };
    let mut server = TcpStream::connect((&**host, url.servers()[0].port)).expect("the server runs");
    let parameters = format!("user\0{}\0database\0{}\0client_encoding\0UTF8\0\0", url.user(), url.database());
    let mut hello = (8 + parameters.len() as u32).to_be_bytes().to_vec();
    hello.extend(196_608_u32.to_be_bytes());
    hello.extend(parameters.as_bytes());
    server.write_all(&hello).expect("the server listens");
    relay_until_ready(&mut server, &mut std::io::sink());
    let server = Arc::new(Mutex::new(server));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("a listener has an address");
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let server = Arc::clone(&server);
            std::thread::spawn(move || serve_pooled(client, &server));
        }
    });
    address.to_string()
}

fn serve_pooled(mut client: TcpStream, server: &Mutex<TcpStream>) -> Option<()> {
    let mut length = [0; 4];
    client.read_exact(&mut length).ok()?;
    let mut hello = vec![0; u32::from_be_bytes(length) as usize - 4];
    client.read_exact(&mut hello).ok()?;
    // AuthenticationOk, BackendKeyData, ReadyForQuery
    client.write_all(b"R\0\0\0\x08\0\0\0\0K\0\0\0\x0c\0\0\0\x01\0\0\0\x01Z\0\0\0\x05I").ok()?;
    while let Some(message) = read_message(&mut client) {
        if message[0] != b'Q' {
            break;
        }
        let mut server = server.lock().ok()?;
        server.write_all(&message).ok()?;
        relay_until_ready(&mut server, &mut client);
    }
    None
}

/// Passes on what the server says until it waits for more.
fn relay_until_ready(server: &mut TcpStream, client: &mut impl Write) {
    while let Some(message) = read_message(server) {
        if client.write_all(&message).is_err() || message[0] == b'Z' {
            return;
        }
    }
}

fn read_message(from: &mut TcpStream) -> Option<Vec<u8>> {
    let mut message = vec![0; 5];
    from.read_exact(&mut message).ok()?;
    let length = u32::from_be_bytes(message[1..5].try_into().ok()?) as usize;
    message.resize(length + 1, 0);
    from.read_exact(&mut message[5..]).ok()?;
    Some(message)
}
