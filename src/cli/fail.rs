//! Why a command did not do it: an exit code and sentences in the user's language.

use crate::cluster;
use crate::protocol::Message;
use crate::store;
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

impl From<store::Error> for Fail {
    fn from(error: store::Error) -> Fail {
        match error {
            store::Error::Refused { constraint, message } => {
                Fail::refused(match constraint.as_str() {
                    "person_code_once" | "shop_code_once" | "printer_code_once"
                    | "carrier_code_once" => Message::key("cli-exists-already"),
                    "warehouse_code_once" => Message::key("cli-exists-already"),
                    "owner_code_once" => Message::key("cli-exists-already"),
                    "owner_is_known" => Message::key("cli-no-such-owner").with("code", message),
                    "carrier_is_known" => Message::key("cli-no-such-carrier").with("code", message),
                    "shop_is_known" => Message::key("cli-shop-unknown").with("received", message),
                    "no_staging" => Message::key("cli-no-staging"),
                    "place_is_known" => Message::key("cli-no-such-place").with("code", message),
                    "warehouse_is_known" => {
                        Message::key("cli-no-such-warehouse").with("code", message)
                    }
                    "warehouse_is_said" => Message::key("cli-which-warehouse"),
                    "no_container" => Message::key("cli-no-container").with("code", message),
                    "printer_is_known" => {
                        Message::key("cli-printer-unknown").with("received", message)
                    }
                    "past_once" => Message::key("cli-demo-past-once"),
                    "role_is_known" => Message::key("cli-role-unknown").with("code", message),
                    "person_role" => Message::key("cli-role-in-use"),
                    "role_code_once" => Message::key("cli-exists-already"),
                    "bench" => Message::key("cli-no-such-bench").with("code", message),
                    "hold_has_cause" => Message::key("hold-has-cause"),
                    "container_stands_fit" => Message::key("db-container-stands-fit"),
                    "hold_subject_unknown" => {
                        Message::key("cli-hold-unknown").with("what", message)
                    }
                    "hold_subject_ambiguous" => {
                        Message::key("cli-hold-ambiguous").with("what", message)
                    }
                    "service_is_known" => Message::key("cli-no-such-service").with("code", message),
                    "service_code_once" => Message::key("cli-service-known").with("code", message),
                    "calendar_is_known" => {
                        Message::key("cli-no-such-calendar").with("code", message)
                    }
                    "pin_is_new" => Message::key("pin-same"),
                    "zone_is_known" => Message::key("cli-zone-unknown").with("received", message),
                    "person_offered_work" => Message::key("cli-work-unknown"),
                    "counter_is_a_bin" => {
                        Message::key("cli-shop-counter").with("received", message)
                    }
                    _ => Message::key("cli-refused").with("rule", constraint).with("said", message),
                })
            }
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
