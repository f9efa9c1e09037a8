//! Postgres. The only room with SQL, apart from the migrations. Database work is never cancelled
//! halfway: deadlines stand on the server, and a caller that no longer waits drops only its
//! waiting.

mod actor;
pub mod audit;
pub mod carriers;
mod cells;
pub mod check;
pub mod customers;
pub mod days;
pub mod desk;
pub mod doctor;
pub mod exceptions;
pub mod export;
pub mod fill;
pub mod goods;
pub mod hand_over;
pub mod holds;
pub mod import;
pub mod ingest;
pub mod jobs;
pub mod labels;
pub mod notices;
pub mod orders;
pub mod owners;
pub mod pack;
pub mod people;
pub mod pick;
pub mod places;
pub mod printers;
pub mod push;
pub mod put_back;
pub mod routes;
pub mod scan;
pub mod scanners;
pub mod schema;
pub mod shops;
pub mod show;
pub mod site;
pub mod standing;
pub mod tokens;
pub mod turn;
pub mod wave;

use crate::limits;
pub use actor::Actor;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{PgConnection, Postgres, Transaction};
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, RwLock};

/// Why the database said no.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A named rule refused it; `work` makes a sentence of it.
    #[error("refused by {constraint}: {message}")]
    Refused { constraint: String, message: String },
    /// Lost a race; the same again may go through.
    #[error("lost a race: {0}")]
    Retry(String),
    /// No answer, or none that can be trusted.
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    /// It answers, and knows no such user, password or database.
    #[error("the database does not let us in: {0}")]
    NotLetIn(String),
    /// The database is not at this program's schema.
    #[error("the schema is {0:?}")]
    Schema(schema::State),
    #[error("{0}")]
    Bug(String),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        match &error {
            sqlx::Error::Database(db) => {
                let message = db.message().to_owned();
                match db.code().as_deref() {
                    Some("40001" | "40P01" | "55P03") => Error::Retry(message),
                    Some("57P01" | "57P02" | "57P03" | "25006" | "53300" | "57014") => {
                        Error::Unavailable(message)
                    }
                    Some(code) if code.starts_with("28") || code == "3D000" => {
                        Error::NotLetIn(message)
                    }
                    _ => match db.constraint() {
                        Some(constraint) => {
                            Error::Refused { constraint: constraint.to_owned(), message }
                        }
                        None => Error::Bug(message),
                    },
                }
            }
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_) => Error::Unavailable(error.to_string()),
            _ => Error::Bug(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Error {
        Error::Bug(format!("a row that does not read as JSON: {error}"))
    }
}

pub type Result<T> = std::result::Result<T, Error>;

/// A handle to the database. Its pool can be swapped when it no longer heals by itself.
pub struct Db {
    url: String,
    name: String,
    size: u32,
    pool: RwLock<PgPool>,
    /// Held for gestures that are one statement: nothing is asked of them between two gestures, and
    /// their plans stay warm.
    held: Mutex<Vec<PoolConnection<Postgres>>>,
    failures: AtomicU32,
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
        sqlx::query(if worked {
            "RELEASE SAVEPOINT attempt"
        } else {
            "ROLLBACK TO SAVEPOINT attempt"
        })
        .execute(self.conn())
        .await?;
        Ok(())
    }

    pub async fn commit(self) -> Result<()> {
        Ok(self.inner.commit().await?)
    }

    pub async fn rollback(self) -> Result<()> {
        Ok(self.inner.rollback().await?)
    }
}

impl Db {
    /// Makes a handle; connects on first use. `name` is what the server's lists show.
    pub fn new(url: &str, name: &str, size: u32) -> Result<Db> {
        let pool = pool(url, name, size)?;
        Ok(Db {
            url: url.to_owned(),
            name: name.to_owned(),
            size,
            pool: RwLock::new(pool),
            held: Mutex::default(),
            failures: AtomicU32::new(0),
        })
    }

    pub(in crate::store) fn current(&self) -> PgPool {
        self.pool
            .read()
            .map(|pool| pool.clone())
            .unwrap_or_else(|poisoned| poisoned.into_inner().clone())
    }

    /// Opens a transaction. After several failures in a row the pool is replaced: a connection that
    /// died silently can keep its place in the old one for ever.
    pub async fn begin(&self) -> Result<Tx> {
        match self.current().begin().await {
            Ok(inner) => {
                self.failures.store(0, Ordering::Relaxed);
                Ok(Tx { inner })
            }
            Err(error) => {
                if self.failures.fetch_add(1, Ordering::Relaxed) + 1 >= limits::POOL_FAILURES {
                    self.failures.store(0, Ordering::Relaxed);
                    let fresh = pool(&self.url, &self.name, self.size)?;
                    self.held().clear();
                    if let Ok(mut place) = self.pool.write() {
                        *place = fresh;
                    }
                }
                Err(error.into())
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, Vec<PoolConnection<Postgres>>> {
        self.held.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// A connection for one statement of its own; give it back with `hold` if it answered.
    pub(in crate::store) async fn take_held(&self) -> Result<PoolConnection<Postgres>> {
        let held = self.held().pop();
        match held {
            Some(connection) => Ok(connection),
            None => Ok(self.current().acquire().await?),
        }
    }

    /// Keeps a connection for the next such gesture, but never more than half of them.
    pub(in crate::store) fn hold(&self, connection: PoolConnection<Postgres>) {
        let mut held = self.held();
        if held.len() < self.size as usize / 2 {
            held.push(connection);
        }
    }

    pub async fn close(&self) {
        self.held().clear();
        self.current().close().await;
    }
}

fn pool(url: &str, name: &str, size: u32) -> Result<PgPool> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| Error::Unavailable(format!("the database URL does not read: {error}")))?
        .application_name(name)
        .options([
            ("statement_timeout", limits::STATEMENT_TIMEOUT),
            ("lock_timeout", limits::LOCK_TIMEOUT),
            ("idle_in_transaction_session_timeout", limits::IDLE_IN_TRANSACTION_TIMEOUT),
        ]);
    Ok(PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(limits::CONNECT_WAIT)
        .test_before_acquire(false)
        .connect_lazy_with(options))
}
