//! Providers: as much HTTP as a test needs, on threads, so that they can misbehave.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::pki_types::PrivatePkcs8KeyDer;
use serde_json::Value;

/// A request that came.
#[derive(Debug, Clone)]
pub struct Seen {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Path and query.
    pub fn target(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or_default()
    }
}

/// A provider on a port of its own, until the process ends.
pub struct Provider {
    scheme: &'static str,
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Provider {
    /// Answers each request with these bytes.
    pub fn new(answer: impl Fn(&Seen) -> Vec<u8> + Send + Sync + 'static) -> Provider {
        let answer = Arc::new(answer);
        Provider::listen("http", move |stream, seen| {
            let answer = Arc::clone(&answer);
            serve(stream, &seen, &*answer);
        })
    }

    /// Leaves the connection to `answer` after each first request.
    pub fn with_stream(answer: impl Fn(&Seen, TcpStream) + Send + Sync + 'static) -> Provider {
        Provider::listen("http", move |stream, seen| {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            if let Some(request) = read(&mut reader) {
                seen.lock().unwrap().push(request.clone());
                answer(&request, stream);
            }
        })
    }

    pub fn over_tls(
        key: &rcgen::CertifiedKey<rcgen::KeyPair>,
        visitor: Option<&rcgen::CertifiedKey<rcgen::KeyPair>>,
        answer: impl Fn(&Seen) -> Vec<u8> + Send + Sync + 'static,
    ) -> Provider {
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let builder = rustls::ServerConfig::builder_with_provider(Arc::clone(&ring))
            .with_safe_default_protocol_versions()
            .unwrap();
        let builder = match visitor {
            None => builder.with_no_client_auth(),
            Some(visitor) => {
                let mut roots = rustls::RootCertStore::empty();
                roots.add(visitor.cert.der().clone()).unwrap();
                let verifier =
                    rustls::server::WebPkiClientVerifier::builder_with_provider(Arc::new(roots), ring)
                        .build()
                        .unwrap();
                builder.with_client_cert_verifier(verifier)
            }
        };
        let config = builder
            .with_single_cert(
                vec![key.cert.der().clone()],
                PrivatePkcs8KeyDer::from(key.signing_key.serialize_der()).into(),
            )
            .unwrap();
        let config = Arc::new(config);
        Provider::listen("https", move |stream, seen| {
            let session = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            serve(rustls::StreamOwned::new(session, stream), &seen, &answer);
        })
    }

    fn listen(
        scheme: &'static str,
        handle: impl Fn(TcpStream, Arc<Mutex<Vec<Seen>>>) + Send + Sync + 'static,
    ) -> Provider {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (all, handle) = (Arc::clone(&seen), Arc::new(handle));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (all, handle) = (Arc::clone(&all), Arc::clone(&handle));
                thread::spawn(move || handle(stream, all));
            }
        });
        Provider { scheme, address, seen }
    }

    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// Whoever connects is counted, and gets nothing.
pub struct Canary {
    pub address: SocketAddr,
    came: Arc<Mutex<usize>>,
}

impl Canary {
    pub fn new() -> Canary {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let came = Arc::new(Mutex::new(0));
        let count = Arc::clone(&came);
        thread::spawn(move || {
            for stream in listener.incoming() {
                *count.lock().unwrap() += 1;
                drop(stream);
            }
        });
        Canary { address, came }
    }

    pub fn came(&self) -> usize {
        *self.came.lock().unwrap()
    }
}

/// Answers requests of a connection until it ends.
fn serve<S: Read + Write>(stream: S, seen: &Mutex<Vec<Seen>>, answer: &dyn Fn(&Seen) -> Vec<u8>) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader) {
        let bytes = answer(&request);
        seen.lock().unwrap().push(request);
        if !send(reader.get_mut(), &bytes) {
            return;
        }
    }
}

fn read(reader: &mut impl BufRead) -> Option<Seen> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
    let mut headers = Vec::new();
    loop {
        let mut text = String::new();
        reader.read_line(&mut text).ok()?;
        let Some((name, value)) = text.trim_end().split_once(':') else { break };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let mut seen = Seen { line: line.trim_end().to_owned(), headers, body: Vec::new() };
    let length = seen.header("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
    seen.body = vec![0; length];
    reader.read_exact(&mut seen.body).ok()?;
    Some(seen)
}

/// Whether all of it could be sent.
pub fn send(stream: &mut impl Write, bytes: &[u8]) -> bool {
    stream.write_all(bytes).and_then(|()| stream.flush()).is_ok()
}

/// An answer, with its length.
pub fn answer(status: u16, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} Whatever\r\n");
    for header in headers {
        head += &format!("{header}\r\n");
    }
    head += &format!("Content-Length: {}\r\n\r\n", body.len());
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

pub fn json_answer(status: u16, body: &Value) -> Vec<u8> {
    answer(status, &["Content-Type: application/json"], body.to_string().as_bytes())
}
