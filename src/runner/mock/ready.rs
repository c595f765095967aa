//! Responses that are the same for every request, ready to be sent.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use hyper::header::HeaderMap;
use hyper::{StatusCode, Version};
use rustc_hash::FxHashMap;

use crate::http::wire::{Headers, Request, Response};
use crate::runner::contract::Plain;
use crate::runner::mock::reply::answer;

/// A response.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) head: Arc<Head>,
    pub(super) body: Bytes,
}

/// Status and headers of responses.
#[derive(Debug)]
pub(super) struct Head {
    status: u16,
    headers: Headers,
    /// What a usual request is answered with: not HEAD, not of an older version, and from no
    /// other origin. `None` where it cannot be sent.
    pub(super) usual: Option<(StatusCode, HeaderMap)>,
}

/// The heads of responses, each once: most of a pact have the same.
#[derive(Debug, Default)]
pub(super) struct Heads {
    made: Mutex<FxHashMap<(u16, Headers), Arc<Head>>>,
    /// By the contract and as they are written there; `None` where the core makes none of it.
    written: Mutex<Written>,
    /// Room for bodies, which lie side by side: so the least memory is looked at for each.
    room: Mutex<BytesMut>,
}

type Written = FxHashMap<(usize, String), Option<Arc<Head>>>;

/// So much room is taken at a time, in bytes.
const ROOM: usize = 1 << 18;

impl Heads {
    pub(super) fn ready(&self, response: Response) -> Ready {
        let Response { status, headers, body } = response;
        Ready { head: self.made(status, headers), body: self.kept(&body) }
    }

    fn kept(&self, body: &[u8]) -> Bytes {
        if body.is_empty() || body.len() > ROOM / 4 {
            return Bytes::copy_from_slice(body);
        }
        let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
        if room.capacity() < body.len() {
            *room = BytesMut::with_capacity(ROOM);
        }
        room.extend_from_slice(body);
        room.split().freeze()
    }

    /// The same of a response that is sent as it is written in the contract of this number.
    pub(super) fn plain(&self, contract: usize, plain: &Plain<'_>) -> Option<Ready> {
        let (status, headers) = plain.head_text();
        let mut known = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || plain.head().map(|response| self.made(response.status, response.headers));
        let head = known.entry((contract, format!("{status} {headers}"))).or_insert_with(make).clone()?;
        drop(known);
        Some(Ready { head, body: self.kept(&plain.body()?) })
    }

    fn made(&self, status: u16, headers: Headers) -> Arc<Head> {
        let mut known = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let made = known.entry((status, headers)).or_insert_with_key(|(status, headers)| {
            let (status, headers) = (*status, headers.clone());
            let response = Response { status, headers: headers.clone(), body: Bytes::new() };
            let usual = answer(&Request::default(), Version::HTTP_11, response).ok();
            Arc::new(Head { status, headers, usual: usual.map(|(status, headers, _)| (status, headers)) })
        });
        Arc::clone(made)
    }
}

impl Ready {
    /// The same as it is in the pact.
    pub(super) fn response(&self) -> Response {
        let Head { status, headers, .. } = &*self.head;
        Response { status: *status, headers: headers.clone(), body: self.body.clone() }
    }
}
