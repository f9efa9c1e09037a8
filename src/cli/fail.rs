//! Why a command did not do it: an exit code and sentences in the user's language.

use crate::cluster;
use crate::protocol::Message;
use crate::store::{self, Rule, Thing};
use crate::work::vault::Locked;
use std::io;
use std::path::Path;

/// Sentences for standard error, and what the process ends with.
#[derive(Debug)]
pub struct Fail {
    pub code: u8,
    pub texts: Vec<Message>,
}

impl Fail {
    fn new(code: u8, text: Message) -> Fail {
        Fail { code, texts: vec![text] }
    }
    /// Refused, or a check found something wrong.
    pub fn refused(text: Message) -> Fail {
        Fail::new(1, text)
    }
    /// Wrong usage.
    pub fn usage(text: Message) -> Fail {
        Fail::new(2, text)
    }
    /// No Postgres, no permission, no connection.
    pub fn environment(text: Message) -> Fail {
        Fail::new(3, text)
    }
    /// A file that cannot be read or written.
    pub fn file(path: &Path, error: &io::Error) -> Fail {
        Fail::environment(
            Message::key("cli-file")
                .with("file", path.display().to_string())
                .with("said", error.to_string()),
        )
    }
    /// What should not happen; the words are for whoever mends it.
    pub fn bug(message: impl ToString) -> Fail {
        Fail::environment(Message::key("cli-bug").with("said", message.to_string()))
    }
}

/// Names of the database's constraints and guards, and what is said for them.
pub const SENTENCES: &[(&str, &str)] = &[
    ("person_code_once", "cli-exists-already"),
    ("shop_code_once", "cli-exists-already"),
    ("printer_code_once", "cli-exists-already"),
    ("carrier_code_once", "cli-exists-already"),
    ("warehouse_code_once", "cli-exists-already"),
    ("owner_code_once", "cli-exists-already"),
    ("role_code_once", "cli-exists-already"),
    ("person_role", "cli-role-in-use"),
    ("hold_has_cause", "hold-has-cause"),
    ("container_stands_fit", "db-container-stands-fit"),
    ("person_offered_work", "cli-work-unknown"),
];

/// What is said for a rule that a command met.
fn sentence(rule: &Rule) -> Message {
    match rule {
        Rule::Unknown(thing, code) => {
            let (key, argument) = unknown(*thing);
            Message::key(key).with(argument, code)
        }
        Rule::Ambiguous(_, what) => Message::key("cli-hold-ambiguous").with("what", what),
        Rule::Taken(_, code) => Message::key("cli-service-known").with("code", code),
        Rule::WaybillsTaken(which) => Message::key("cli-waybills-taken").with("which", which),
        Rule::WarehouseUnsaid => Message::key("cli-which-warehouse"),
        Rule::NoStaging => Message::key("cli-no-staging"),
        Rule::PastOnce => Message::key("cli-demo-past-once"),
        Rule::SamePin => Message::key("pin-same"),
        other => Message::key("cli-refused").with("rule", "-").with("said", other.to_string()),
    }
}

/// The sentence for a code that names nothing of its kind, and what the code is called in it.
fn unknown(thing: Thing) -> (&'static str, &'static str) {
    match thing {
        Thing::Alert => ("cli-no-such-alert", "received"),
        Thing::AlertSubject => ("cli-alert-unknown", "received"),
        Thing::Bench => ("cli-no-such-bench", "code"),
        Thing::Calendar => ("cli-no-such-calendar", "code"),
        Thing::Carrier => ("cli-no-such-carrier", "code"),
        Thing::Container => ("cli-no-container", "code"),
        Thing::Counter => ("cli-shop-counter", "received"),
        Thing::Hold => ("cli-hold-none", "code"),
        Thing::HoldSubject => ("cli-hold-unknown", "what"),
        Thing::Owner => ("cli-no-such-owner", "code"),
        Thing::Person => ("cli-person-unknown", "received"),
        Thing::Place => ("cli-no-such-place", "code"),
        Thing::Printer => ("cli-printer-unknown", "received"),
        Thing::Role => ("cli-role-unknown", "code"),
        Thing::Route => ("cli-no-such-route", "code"),
        Thing::Scanner => ("cli-scanner-unknown", "whose"),
        Thing::Service => ("cli-no-such-service", "code"),
        Thing::Shop => ("cli-shop-unknown", "received"),
        Thing::Warehouse => ("cli-no-such-warehouse", "code"),
        Thing::Zone => ("cli-zone-unknown", "received"),
    }
}

impl From<store::Error> for Fail {
    fn from(error: store::Error) -> Fail {
        match error {
            store::Error::Refused { constraint, message } => {
                Fail::refused(match SENTENCES.iter().find(|(name, _)| *name == constraint) {
                    Some((_, key)) => Message::key(key),
                    None => {
                        Message::key("cli-refused").with("rule", constraint).with("said", message)
                    }
                })
            }
            store::Error::Rule(rule) => Fail::refused(sentence(&rule)),
            store::Error::Unavailable(message)
            | store::Error::Slow(message)
            | store::Error::Retry(message) => {
                Fail::environment(Message::key("cli-database").with("said", message))
            }
            store::Error::NotLetIn(message) => {
                Fail::environment(Message::key("cli-not-let-in").with("said", message))
            }
            store::Error::NotAllowed(message) => {
                Fail::environment(Message::key("cli-login-may-not").with("said", message))
            }
            store::Error::Schema(state) => Fail::environment(Message::key(match state {
                store::schema::State::Missing => "cli-schema-missing",
                store::schema::State::Older => "cli-schema-older",
                store::schema::State::Newer => "cli-schema-newer",
            })),
            store::Error::Bug(message) => Fail::bug(message),
        }
    }
}

impl From<Locked> for Fail {
    fn from(locked: Locked) -> Fail {
        match locked {
            Locked::NoPinKey => Fail::environment(Message::key("cli-pin-key-none")),
            Locked::NoFile => Fail::environment(Message::key("cli-key-none")),
            Locked::Unreadable(file, error) => Fail::file(&file, &error),
            Locked::NoKey(file, line) => Fail::environment(
                Message::key("cli-key-broken")
                    .with("file", file.display().to_string())
                    .with("line", line as i64),
            ),
            Locked::OtherKey(id) => {
                Fail::environment(Message::key("cli-key-other").with("key", id))
            }
            Locked::Damaged => Fail::environment(Message::key("cli-key-damaged")),
        }
    }
}

impl From<cluster::Error> for Fail {
    fn from(error: cluster::Error) -> Fail {
        Fail::environment(match error {
            cluster::Error::NotInstalled => Message::key("cli-postgres-missing"),
            cluster::Error::PathTooLong(path) => {
                Message::key("cli-socket-path").with("path", path.display().to_string())
            }
            cluster::Error::Io { path, source } => return Fail::file(&path, &source),
            cluster::Error::Program { program, message } => {
                Message::key("cli-program").with("program", program).with("said", message)
            }
        })
    }
}

impl From<io::Error> for Fail {
    fn from(error: io::Error) -> Fail {
        Fail::bug(error)
    }
}
