//! A listener, its connections and their limits.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::header::{CONNECTION, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{StatusCode, Version};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::http::wire::Request;
use crate::runner::mock::event::{Event, Exchange, Unexpected, What};
use crate::runner::mock::index::Index;
use crate::runner::mock::miss;
use crate::runner::mock::mutation::Mutation;
use crate::runner::mock::reply::{Manner, Reply};

/// So many kinds of unexpected requests are kept for the report.
const MOST_UNEXPECTED: usize = 100;

/// What a client may ask of the server.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a request's body.
    pub body: usize,
    /// Bytes of a request's line and headers.
    pub headers: usize,
    /// Time for the headers, for each part of the body, and that a connection may be idle.
    pub read: Duration,
    /// Connections at a time.
    pub connections: usize,
    /// Time for the requests under way when the server stops.
    pub stop: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            body: 64 << 20,
            headers: 64 << 10,
            read: Duration::from_secs(30),
            connections: 1_024,
            stop: Duration::from_secs(10),
        }
    }
}

/// What all requests to one listener share.
#[derive(Debug)]
pub(super) struct Shared {
    index: RwLock<Arc<Index>>,
    pub(super) manner: Manner,
    pub(super) limits: Limits,
    pub(super) mutation: RwLock<Option<Arc<Mutation>>>,
    pub(super) tally: Tally,
    pub(super) events: Option<SyncSender<Event>>,
    lost: AtomicU64,
}

/// What is kept of requests.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) served: AtomicU64,
    pub(super) missed: AtomicU64,
    pub(super) unexpected: Mutex<Vec<Unexpected>>,
}

impl Tally {
    fn add(&self, exchange: &Exchange) {
        let why = match &exchange.what {
            What::Served { .. } | What::Preflight => {
                self.served.fetch_add(1, Ordering::Relaxed);
                return;
            }
            What::Missed(miss) => match miss.closest.first().and_then(|near| near.differences.first()) {
                Some(difference) => &difference.said,
                None => &miss.error,
            },
            What::Failed(why) => why,
        };
        self.missed.fetch_add(1, Ordering::Relaxed);
        let mut list = self.unexpected.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |it: &&mut Unexpected| it.method == exchange.method && it.target == exchange.target;
        if let Some(known) = list.iter_mut().find(same) {
            known.count += 1;
        } else if list.len() <= MOST_UNEXPECTED {
            let (method, target) = (exchange.method.clone(), exchange.target.clone());
            list.push(Unexpected { method, target, count: 1, why: why.clone() });
        }
    }

    /// The unexpected requests, and whether there were more kinds.
    pub(super) fn unexpected(&self) -> (Vec<Unexpected>, bool) {
        let mut list = self.unexpected.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let is_cut = list.len() > MOST_UNEXPECTED;
        list.truncate(MOST_UNEXPECTED);
        (list, is_cut)
    }
}

impl Shared {
    pub(super) fn new(
        index: Index,
        manner: Manner,
        limits: Limits,
        events: Option<SyncSender<Event>>,
    ) -> Shared {
        let index = Arc::new(manner.settle(index));
        if events.is_some() {
            warm(&index);
        }
        Shared {
            index: RwLock::new(index),
            manner,
            limits,
            mutation: RwLock::new(None),
            tally: Tally::default(),
            events,
            lost: AtomicU64::new(0),
        }
    }

    pub(super) fn index(&self) -> Arc<Index> {
        Arc::clone(&self.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Answers with this from now on.
    pub(super) fn set_index(&self, index: Index) {
        let index = Arc::new(self.manner.settle(index));
        if self.events.is_some() {
            warm(&index);
        }
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = index;
    }

    /// Tells of an exchange; never waits for the reader.
    fn tell(&self, exchange: Exchange) {
        self.tally.add(&exchange);
        let Some(events) = &self.events else { return };
        let lost = self.lost.load(Ordering::Relaxed);
        if lost > 0 && events.try_send(Event::Lost(lost)).is_ok() {
            self.lost.fetch_sub(lost, Ordering::Relaxed);
        }
        if events.try_send(Event::Exchange(exchange)).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Looks for the secrets, which whatever is told is asked for, beside the first requests. Where
/// there can be no thread the first who tells something does.
fn warm(index: &Arc<Index>) {
    let index = Arc::clone(index);
    drop(std::thread::Builder::new().name("secrets".to_owned()).spawn(move || {
        index.mask();
    }));
}

/// Takes connections until told to stop, then waits for the requests under way.
pub(super) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    shared: Arc<Shared>,
    mut stop: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(shared.limits.connections));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let Ok((stream, _)) = accepted else {
            // Out of file descriptors, most likely: others have to be closed first.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        drop(stream.set_nodelay(true));
        let Ok(permit) = Arc::clone(&room).try_acquire_owned() else {
            tokio::spawn(turn_away(stream, shared.limits.read));
            continue;
        };
        let (shared, watcher, tls) = (Arc::clone(&shared), graceful.watcher(), tls.clone());
        tokio::spawn(async move {
            match tls {
                None => connection(stream, shared, watcher).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = timeout(shared.limits.read, tls.accept(stream)).await {
                        connection(stream, shared, watcher).await;
                    }
                }
            }
            drop(permit);
        });
    }
    drop(listener);
    drop(timeout(shared.limits.stop, graceful.shutdown()).await);
}

/// Says that there are too many connections.
async fn turn_away(mut stream: tokio::net::TcpStream, patience: Duration) {
    let body = "{\"error\": \"Too many connections at a time\"}\n";
    let length = body.len();
    let text = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    let write = async {
        stream.write_all(text.as_bytes()).await?;
        stream.shutdown().await
    };
    drop(timeout(patience.min(Duration::from_secs(1)), write).await);
}

async fn connection<S>(stream: S, shared: Arc<Shared>, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = shared.limits.clone();
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(exchange(request, &shared).await) }
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.read)
        .max_buf_size(limits.headers.max(8_192))
        .half_close(true);
    // A client that breaks off is none of our business.
    drop(watcher.watch(builder.serve_connection(TokioIo::new(stream), service)).await);
}

async fn exchange(request: hyper::Request<Incoming>, shared: &Shared) -> hyper::Response<Full<Bytes>> {
    let start = Instant::now();
    let (head, body) = request.into_parts();
    let version = head.version;
    let mut request = Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().map(str::to_owned),
        headers: Vec::with_capacity(head.headers.len()),
        body: Bytes::new(),
    };
    let mut broken = None;
    for (name, value) in &head.headers {
        match value.to_str() {
            Ok(value) => request.headers.push((name.as_str().to_owned(), value.to_owned())),
            Err(_) => broken = Some(name.as_str().to_owned()),
        }
    }
    let index = shared.index();
    let read = read(body, &shared.limits).await;
    let mut close = read.is_err();
    let reply = match (read, broken) {
        (Err((status, why)), _) => Reply::failed(status, &why),
        // As the official mock server, which says as much.
        (Ok(_), Some(name)) => Reply::failed(
            StatusCode::INTERNAL_SERVER_ERROR,
            &format!("The request's header \"{name}\" has characters outside ASCII, so nothing was compared"),
        ),
        (Ok(body), None) => {
            request.body = body;
            let mutation = shared.mutation.read().unwrap_or_else(PoisonError::into_inner).clone();
            let made = catch_unwind(AssertUnwindSafe(|| {
                Reply::to(&request, version, &index, &shared.manner, mutation.as_deref())
            }));
            made.unwrap_or_else(|_| {
                let text = "The request could not be compared: the matching engine failed over it";
                Reply::failed(StatusCode::INTERNAL_SERVER_ERROR, text)
            })
        }
    };
    let Reply { status, headers, body, what } = reply;
    match what {
        // What nobody reads was not made.
        None => {
            shared.tally.served.fetch_add(1, Ordering::Relaxed);
        }
        Some(what) => {
            let target = match &what {
                What::Missed(miss) => miss.target.clone(),
                _ => miss::target(&index, &request.path, request.query.as_deref()),
            };
            let (method, took) = (request.method, start.elapsed());
            let at = SystemTime::now();
            shared.tell(Exchange { at, method, target, status: status.as_u16(), took, what });
        }
    }
    let mut response = hyper::Response::new(Full::new(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    close &= version >= Version::HTTP_11;
    if close {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The body, within the limits.
async fn read(mut body: Incoming, limits: &Limits) -> Result<Bytes, (StatusCode, String)> {
    let too_large = || {
        let why = format!("The request's body has more than {} bytes (--max-body)", limits.body);
        (StatusCode::PAYLOAD_TOO_LARGE, why)
    };
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    if body.size_hint().lower() > limits.body as u64 {
        return Err(too_large());
    }
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    loop {
        let frame = match timeout(limits.read, body.frame()).await {
            Ok(None) => break,
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(error))) => {
                return Err((StatusCode::BAD_REQUEST, format!("The request's body cannot be read: {error}")));
            }
            Err(_) => {
                return Err((
                    StatusCode::REQUEST_TIMEOUT,
                    "The request's body did not come in time".to_owned(),
                ));
            }
        };
        let Ok(data) = frame.into_data() else { continue };
        if first.len() + all.len() + data.len() > limits.body {
            return Err(too_large());
        }
        // Most bodies come in one piece, which need not be copied.
        if first.is_empty() && all.is_empty() {
            first = data;
        } else {
            if all.is_empty() {
                all.extend_from_slice(&std::mem::take(&mut first));
            }
            all.extend_from_slice(&data);
        }
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// Binds a listener; `Err` says why there is none.
pub(super) async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), String> {
    let failed = |error: std::io::Error| format!("cannot listen on {address}: {error}");
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}
