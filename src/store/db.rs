//! The handle to the database: one pool of connections to whichever server of the list takes
//! writes. When it does not answer, or answers that it only reads, the others are asked and the
//! pool is swapped; what hung on the old one is given up and asked again by its command's number.

use super::hosts::{self, Answer};
use super::{Error, Result};
use crate::limits;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{PgConnection, Postgres, Transaction};
use std::sync::{Mutex, MutexGuard, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// The way to the database, one for all that a program does: its pool is swapped for another
/// server's when the one at hand no longer takes writes.
pub struct Db {
    hosts: Vec<PgConnectOptions>,
    size: u32,
    current: RwLock<Current>,
    /// Held for gestures that are one statement: nothing is asked of them between two gestures, and
    /// their plans stay warm.
    held: Mutex<Vec<Held>>,
    /// How often the pool was swapped.
    swaps: watch::Sender<u64>,
    /// When anybody's work was last answered.
    answered: Mutex<Instant>,
    /// One looks for another server at a time.
    looking: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Current {
    pool: PgPool,
    host: usize,
}

/// A connection for one statement of its own.
pub(in crate::store) struct Held {
    pub(in crate::store) connection: PoolConnection<Postgres>,
    swap: u64,
}

/// One open transaction. Dropped without `commit`, it never was.
pub struct Tx {
    inner: Transaction<'static, Postgres>,
}

impl Tx {
    pub(in crate::store) fn conn(&mut self) -> &mut PgConnection {
        &mut self.inner
    }

    /// What follows may turn out to have been in vain: see `attempted`.
    pub async fn attempt(&mut self) -> Result<()> {
        sqlx::query("SAVEPOINT attempt").execute(self.conn()).await?;
        Ok(())
    }

    /// It worked, or it never was.
    pub async fn attempted(&mut self, worked: bool) -> Result<()> {
        // One of the same name may stand around it: this one goes away either way.
        let back = "ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt";
        let end = if worked { "RELEASE SAVEPOINT attempt" } else { back };
        sqlx::raw_sql(end).execute(self.conn()).await?;
        Ok(())
    }

    /// Makes all of it true for everybody. Without an answer it is not known whether it is.
    pub async fn commit(self) -> Result<()> {
        Ok(self.inner.commit().await?)
    }

    /// The same for what can be worked out again: nobody waits until it is on a disk.
    pub async fn commit_unsynced(mut self) -> Result<()> {
        sqlx::query("SET LOCAL synchronous_commit = off").execute(self.conn()).await?;
        self.commit().await
    }

    /// Undoes all of it and waits for that, so that its locks are gone when the next one begins.
    pub async fn rollback(self) -> Result<()> {
        Ok(self.inner.rollback().await?)
    }
}

impl Db {
    /// Makes a handle; connects on first use. `url` may name several hosts; `name` is what the
    /// server's lists show.
    pub fn new(url: &str, name: &str, size: u32) -> Result<Db> {
        let hosts = hosts::each(url)
            .iter()
            .map(|url| Ok(hosts::options(url)?.application_name(name)))
            .collect::<Result<Vec<_>>>()?;
        let current = Current { pool: pool(&hosts[0], size), host: 0 };
        Ok(Db {
            hosts,
            size,
            current: RwLock::new(current),
            held: Mutex::default(),
            swaps: watch::Sender::new(0),
            answered: Mutex::new(Instant::now()),
            looking: tokio::sync::Mutex::default(),
        })
    }

    fn current(&self) -> Current {
        self.current
            .read()
            .map(|current| current.clone())
            .unwrap_or_else(|poisoned| poisoned.into_inner().clone())
    }

    fn swap_count(&self) -> u64 {
        *self.swaps.borrow()
    }

    /// Opens a transaction; if the server is gone, on the one that took its place.
    pub async fn begin(&self) -> Result<Tx> {
        let seen = self.swap_count();
        let begun = self.current().pool.begin().await.map_err(Error::from);
        let inner = match begun {
            Err(Error::Unavailable(_)) if self.heal(seen).await => self.begin_anew().await?,
            begun => begun?,
        };
        Ok(Tx { inner })
    }

    /// On a connection that stands: those that broke with another are still kept, and each says so
    /// once.
    async fn begin_anew(&self) -> Result<sqlx::Transaction<'static, sqlx::Postgres>> {
        let pool = self.current().pool;
        for _ in 0..self.size {
            match pool.begin().await.map_err(Error::from) {
                Err(Error::Unavailable(_)) => {}
                begun => return begun,
            }
        }
        Ok(pool.begin().await?)
    }

    /// Does work of a person's. Once it takes long the servers are asked, and it ends as soon as
    /// another one is there.
    pub async fn watched<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let seen = self.swap_count();
        let done = tokio::select! {
            biased;
            done = work => done,
            () = self.doubt(seen) => Err(given_up()),
        };
        match &done {
            Err(Error::Unavailable(_)) => drop(self.heal(seen).await),
            Err(Error::Slow(_)) => {}
            _ => self.note_answer(),
        }
        done
    }

    fn note_answer(&self) {
        let mut at = self.answered.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        *at = Instant::now();
    }

    /// Has nobody's work been answered for so long? Then it is not one gesture that is slow.
    pub fn is_silent_for(&self, so_long: Duration) -> bool {
        let at = self.answered.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        at.elapsed() >= so_long
    }

    /// Does work of a job's, which may take its time: it ends when somebody else found another
    /// server.
    pub async fn while_there<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let seen = self.swap_count();
        tokio::select! {
            biased;
            done = work => done,
            () = self.swapped(seen) => Err(given_up()),
        }
    }

    /// Asks the servers for ever, so that jobs which hang on one that froze do not hang for ever.
    pub async fn keep_watch(&self) {
        loop {
            tokio::time::sleep(limits::WATCH_EVERY).await;
            self.look_elsewhere(self.swap_count()).await;
        }
    }

    /// Throws all connections away: whatever is still asked of them, nobody waits for it.
    pub async fn renew(&self) {
        let _one = self.looking.lock().await;
        self.swap_to(self.current().host);
    }

    /// Ends when the pool has been swapped since `seen`, and looks for a reason to.
    async fn doubt(&self, seen: u64) {
        let mut wait = limits::DOUBT_AFTER;
        loop {
            tokio::select! {
                () = self.swapped(seen) => return,
                () = tokio::time::sleep(wait) => {}
            }
            wait = match self.look_elsewhere(seen).await {
                // It is only slow.
                Answer::Writes { .. } | Answer::Full => (wait * 2).min(limits::DOUBT_MAX),
                Answer::Reads | Answer::Nothing => limits::DOUBT_AFTER / 2,
            };
        }
    }

    async fn swapped(&self, seen: u64) {
        // Whoever says so lives as long as this handle.
        drop(self.swaps.subscribe().wait_for(|swaps| *swaps != seen).await);
    }

    /// Goes to another server where that one holds; returns what the one in use says.
    async fn look_elsewhere(&self, seen: u64) -> Answer {
        let _one = self.looking.lock().await;
        if self.swap_count() != seen {
            return Answer::Nothing;
        }
        let answers = hosts::ask(&self.hosts).await;
        let host = self.current().host;
        if let Some(best) = hosts::best(&answers).filter(|best| answers[*best] != answers[host]) {
            self.swap_to(best);
        }
        answers[host]
    }

    /// After an error of a connection: new ones, to whichever server takes writes. False: none
    /// does.
    async fn heal(&self, seen: u64) -> bool {
        let _one = self.looking.lock().await;
        if self.swap_count() != seen {
            return true;
        }
        let best = hosts::best(&hosts::ask(&self.hosts).await);
        match best {
            // One connection broke, and the server is there: the others go on.
            Some(best) if self.is_shared() && best == self.current().host => {}
            Some(best) => self.swap_to(best),
            None => {}
        }
        best.is_some()
    }

    /// Do many people's gestures go over these connections? Then nobody's trouble takes the others'
    /// away.
    pub fn is_shared(&self) -> bool {
        self.size > limits::WORKER_CONNECTIONS
    }

    fn swap_to(&self, host: usize) {
        let fresh = Current { pool: pool(&self.hosts[host], self.size), host };
        tracing::warn!(host, "new connections to the database");
        let old = match self.current.write() {
            Ok(mut current) => std::mem::replace(&mut *current, fresh),
            Err(_) => return,
        };
        self.swaps.send_modify(|swaps| *swaps += 1);
        self.held_connections().clear();
        // Whatever is under way on it ends by itself; nobody waits for that.
        tokio::spawn(async move { old.pool.close().await });
    }

    fn held_connections(&self) -> MutexGuard<'_, Vec<Held>> {
        self.held.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// A connection for one statement of its own; give it back with `hold` if it answered.
    pub(in crate::store) async fn take_held(&self) -> Result<Held> {
        let held = self.held_connections().pop();
        match held {
            Some(held) => Ok(held),
            None => {
                let swap = self.swap_count();
                Ok(Held { connection: self.current().pool.acquire().await?, swap })
            }
        }
    }

    /// Keeps a connection for the next such gesture, but never more than half of them, and none of
    /// a server that was left.
    pub(in crate::store) fn hold(&self, held: Held) {
        let mut kept = self.held_connections();
        if kept.len() < self.size as usize / 2 && held.swap == self.swap_count() {
            kept.push(held);
        }
    }

    /// Lets all connections go; a server that does not answer is not waited for.
    pub async fn close(&self) {
        self.held_connections().clear();
        drop(tokio::time::timeout(limits::CLOSE_WAIT, self.current().pool.close()).await);
    }
}

fn given_up() -> Error {
    Error::Unavailable("another server took its place".to_owned())
}

/// Deadlines are set once a connection stands, not with its start-up: poolers refuse that.
fn pool(host: &PgConnectOptions, size: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(limits::CONNECT_WAIT)
        // A terminal at the door keeps none; one at work has one that is held for its scans.
        .idle_timeout(limits::IDLE_CONNECTION)
        .test_before_acquire(false)
        .after_connect(|conn, _| {
            Box::pin(async move {
                let settings = [
                    ("jit", "off"),
                    // Whatever somebody set for the login.
                    ("search_path", "public"),
                    ("statement_timeout", limits::STATEMENT_TIMEOUT),
                    ("lock_timeout", limits::LOCK_TIMEOUT),
                    ("idle_in_transaction_session_timeout", limits::IDLE_IN_TRANSACTION_TIMEOUT),
                ];
                let (names, values): (Vec<&str>, Vec<&str>) = settings.into_iter().unzip();
                sqlx::query(
                    "SELECT set_config(name, value, false) \
                     FROM unnest($1::text[], $2::text[]) AS setting (name, value)",
                )
                .bind(names)
                .bind(values)
                .execute(conn)
                .await?;
                Ok(())
            })
        })
        .connect_lazy_with(host.clone())
}
