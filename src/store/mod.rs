//! Postgres. The only room with SQL, apart from the migrations. Database work is never cancelled
//! halfway: deadlines stand on the server, and a caller that no longer waits drops only its
//! waiting.

mod actor;
pub mod alerts;
pub mod audit;
pub mod carriers;
pub mod check;
mod columns;
pub mod customers;
pub mod days;
mod db;
pub mod desk;
pub mod doctor;
pub mod exceptions;
pub mod export;
pub mod fill;
pub mod goods;
pub mod hand_over;
pub mod holds;
pub mod hosts;
pub mod import;
pub mod ingest;
pub mod jobs;
pub mod labels;
pub mod layout;
pub mod lists;
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
pub mod questions;
pub mod queue;
pub mod roles;
pub mod routes;
mod rule;
pub mod scan;
pub mod scanners;
pub mod schema;
pub mod scope;
pub mod shops;
pub mod show;
pub mod site;
pub mod standing;
pub mod tokens;
pub mod turn;
pub mod wave;

pub use actor::Actor;
pub use db::{Db, Tx};
pub use rule::{Rule, Thing};

/// Why the database said no.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A constraint or a guard of the database refused it, by its name; `work` makes a sentence of
    /// it.
    #[error("refused by {constraint}: {message}")]
    Refused { constraint: String, message: String },
    /// What a query found forbids it.
    #[error("{0}")]
    Rule(#[from] Rule),
    /// Lost a race; the same again may go through.
    #[error("lost a race: {0}")]
    Retry(String),
    /// It is there and takes too long, or has no room.
    #[error("the database is slow: {0}")]
    Slow(String),
    /// No answer, or none that can be trusted: gone, or it only reads.
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    /// It answers, and knows no such user, password or database.
    #[error("the database does not let us in: {0}")]
    NotLetIn(String),
    /// It answers, and this login may not do that.
    #[error("the database refuses this login: {0}")]
    NotAllowed(String),
    /// The database is not at this program's schema.
    #[error("the schema is {0:?}")]
    Schema(schema::State),
    #[error("{0}")]
    Bug(String),
}

impl Error {
    /// Is it worth trying the same again?
    pub fn passes(&self) -> bool {
        matches!(self, Error::Retry(_) | Error::Slow(_) | Error::Unavailable(_))
    }

    /// Why the same will never go through, for who reads the row or the file; the error itself
    /// where it may another time.
    pub fn for_good(self) -> Result<String> {
        match self {
            Error::Refused { message, .. } | Error::Bug(message) => Ok(message),
            Error::Rule(rule) => Ok(rule.to_string()),
            other => Err(other),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        match &error {
            sqlx::Error::Database(db) => {
                let message = db.message().to_owned();
                match db.code().as_deref() {
                    Some("40001" | "40P01" | "55P03") => Error::Retry(message),
                    Some("53300" | "57014") => Error::Slow(message),
                    Some("42501") => Error::NotAllowed(message),
                    Some("57P01" | "57P02" | "57P03" | "25006") => Error::Unavailable(message),
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
            sqlx::Error::PoolTimedOut => Error::Slow(error.to_string()),
            sqlx::Error::Io(_)
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

/// What the database answered, or why it said no.
pub type Result<T> = std::result::Result<T, Error>;
