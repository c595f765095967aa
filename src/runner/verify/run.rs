//! The loop over pacts and their interactions.

use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::{Id, JoinError, JoinSet};

use crate::http::{Client, Fault};
use crate::runner::contract::Contract;
use crate::runner::verify::one::{Shared, verify};
use crate::runner::verify::options::Options;
use crate::runner::verify::outcome::{InteractionResult, PactResult, Verdict, Verification};

/// After so many interactions in a row without a connection, the rest is not tried.
const MOST_AWAY: u32 = 3;

/// So many of the largest bodies are kept until the end; answers beyond that are judged and
/// forgotten.
const MOST_KEPT: usize = 4;

/// A pact, and which of its interactions are verified.
#[derive(Debug, Clone)]
pub struct Selected {
    /// The pact.
    pub contract: Arc<Contract>,
    /// Positions in its `items`, in order.
    pub items: Vec<usize>,
}

impl From<Arc<Contract>> for Selected {
    fn from(contract: Arc<Contract>) -> Selected {
        Selected { items: (0..contract.items.len()).collect(), contract }
    }
}

/// What happens in a run.
#[derive(Debug)]
pub enum Event<'a> {
    /// An interaction is done.
    Done {
        /// Which of the pacts it is of.
        pact: usize,
        /// What came of it.
        result: &'a InteractionResult,
    },
}

/// Verifies pacts with certain options.
pub struct Verifier {
    shared: Arc<Shared>,
}

type Finished = ((usize, usize), InteractionResult, Option<Fault>);

impl Verifier {
    /// Reads the certificates; the error says which cannot be used.
    pub fn new(options: Options) -> Result<Verifier, String> {
        let client = Client::new(&options.http, options.is_encrypted())?;
        Ok(Verifier { shared: Arc::new(Shared { client, options }) })
    }

    /// Verifies interactions in order, each on a task of the current runtime, whose threads
    /// need deep stacks (64 MB) because answers are judged there. Nothing is printed. When
    /// `cancelled` comes to its end, what runs is dropped and the rest is not reached.
    pub async fn run(
        &self,
        pacts: &[Selected],
        mut on_event: impl FnMut(Event<'_>),
        cancelled: impl Future<Output = ()>,
    ) -> Verification {
        let started = Instant::now();
        let mut run = Run {
            shared: &self.shared,
            pacts,
            done: HashMap::new(),
            kept: 0,
            answered: false,
            away: 0,
            stop: false,
        };
        let mut cancelled = pin!(cancelled);
        {
            let mut whole = pin!(run.all(&mut on_event));
            tokio::select! {
                biased;
                () = &mut cancelled => {}
                () = &mut whole => {}
            }
        }
        let mut done = run.done;
        let mut left = 0;
        let result = |(at, pact): (usize, &Selected)| {
            let results: Vec<_> = pact.items.iter().filter_map(|item| done.remove(&(at, *item))).collect();
            left += pact.items.len() - results.len();
            PactResult { contract: Arc::clone(&pact.contract), results }
        };
        let pacts = pacts.iter().enumerate().map(result).collect();
        Verification { provider: self.shared.options.provider.shown(), pacts, left, took: started.elapsed() }
    }
}

struct Run<'a> {
    shared: &'a Arc<Shared>,
    pacts: &'a [Selected],
    /// By the position of the pact and of the interaction in it.
    done: HashMap<(usize, usize), InteractionResult>,
    /// Bytes of the bodies in `done`.
    kept: usize,
    /// Whether anything has ever answered.
    answered: bool,
    /// How many in a row have found nobody.
    away: u32,
    stop: bool,
}

impl Run<'_> {
    async fn all(&mut self, on_event: &mut impl FnMut(Event<'_>)) {
        let mut tasks: JoinSet<Finished> = JoinSet::new();
        let mut running: HashMap<Id, (usize, usize)> = HashMap::new();
        let jobs = self.shared.options.jobs.max(1);
        for (pact, item) in numbers(self.pacts) {
            let contract = &self.pacts[pact].contract;
            let alone = self.shared.calls_handler(&contract.items[item]);
            while tasks.len() >= if alone { 1 } else { jobs } {
                self.next(&mut tasks, &mut running, on_event).await;
            }
            if self.stop {
                break;
            }
            if self.away >= MOST_AWAY {
                self.keep(((pact, item), not_tried(contract, item), None), on_event);
                continue;
            }
            let (shared, contract) = (Arc::clone(self.shared), Arc::clone(contract));
            let handle = tasks.spawn(async move {
                let (result, fault) = verify(&shared, &contract, item).await;
                ((pact, item), result, fault)
            });
            running.insert(handle.id(), (pact, item));
            while alone && !tasks.is_empty() {
                self.next(&mut tasks, &mut running, on_event).await;
            }
        }
        while !tasks.is_empty() && !self.stop {
            self.next(&mut tasks, &mut running, on_event).await;
        }
    }

    /// Waits for one of the tasks.
    async fn next(
        &mut self,
        tasks: &mut JoinSet<Finished>,
        running: &mut HashMap<Id, (usize, usize)>,
        on_event: &mut impl FnMut(Event<'_>),
    ) {
        let joined = tasks.join_next_with_id().await;
        self.finish(joined, running, on_event);
        // Who was told may want no more, which is seen only while nothing is done here.
        tokio::task::yield_now().await;
    }

    fn finish(
        &mut self,
        joined: Option<Result<(Id, Finished), JoinError>>,
        running: &mut HashMap<Id, (usize, usize)>,
        on_event: &mut impl FnMut(Event<'_>),
    ) {
        match joined {
            None => {}
            Some(Ok((id, finished))) => {
                running.remove(&id);
                self.keep(finished, on_event);
            }
            Some(Err(error)) => {
                let Some(number) = running.remove(&error.id()) else { return };
                let contract = &self.pacts[number.0].contract;
                let why = "pactlens itself failed over it; please report this".to_owned();
                let result = unanswered(contract, number.1, Verdict::Unjudged(why));
                self.keep((number, result, None), on_event);
            }
        }
    }

    fn keep(&mut self, (number, mut result, fault): Finished, on_event: &mut impl FnMut(Event<'_>)) {
        match &fault {
            Some(Fault::Connect(_)) => self.away += 1,
            // A provider that has answered before is only slow.
            Some(Fault::Late(_)) if !self.answered => self.away += 1,
            Some(_) => self.away = 0,
            None if result.exchange.is_some() => (self.answered, self.away) = (true, 0),
            None => {}
        }
        let counts = result.verdict != Verdict::Passed && !result.pending;
        self.stop |= self.shared.options.exit_on_first && counts;
        on_event(Event::Done { pact: number.0, result: &result });
        if let Some(exchange) = &mut result.exchange {
            let size = exchange.response.as_ref().map_or(0, |response| response.body.len());
            if self.kept + size > self.shared.options.http.max_body.saturating_mul(MOST_KEPT) {
                exchange.response = None;
            } else {
                self.kept += size;
            }
        }
        self.done.insert(number, result);
    }
}

/// All of them, in order.
fn numbers(pacts: &[Selected]) -> impl Iterator<Item = (usize, usize)> {
    pacts.iter().enumerate().flat_map(|(at, pact)| pact.items.iter().map(move |item| (at, *item)))
}

fn not_tried(contract: &Contract, item: usize) -> InteractionResult {
    let why = format!("not tried, because {MOST_AWAY} interactions in a row found nobody who answers");
    unanswered(contract, item, Verdict::NoAnswer(why))
}

fn unanswered(contract: &Contract, item: usize, verdict: Verdict) -> InteractionResult {
    InteractionResult {
        item,
        verdict,
        pending: contract.items[item].pending,
        exchange: None,
        states: Vec::new(),
        took: Duration::ZERO,
    }
}
