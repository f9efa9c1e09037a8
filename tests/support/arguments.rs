//! Every argument of the command line, found in the command line itself.

use clap::builder::ValueParser;
use wavedeck::cli::help;
use wavedeck::domain::Lang;
use wavedeck::i18n::Catalogue;

/// One argument with the words that come before it.
pub struct Place {
    pub command: Vec<String>,
    /// The flag, or empty for a positional.
    pub flag: String,
    /// Required arguments beside it, with values that would do.
    pub beside: Vec<String>,
}

impl Place {
    /// The whole command line, with this value in its place.
    pub fn words(&self, value: &str) -> Vec<String> {
        let mut args = self.command.clone();
        // A positional that is tried comes where it is expected: behind those that stand before it.
        let positional = self.flag.is_empty();
        let (before, after): (Vec<String>, Vec<String>) =
            if positional && self.command.first().is_some_and(|c| c == "import") {
                (self.beside.clone(), vec![])
            } else {
                (vec![], self.beside.clone())
            };
        args.extend(before);
        args.extend((!positional).then(|| self.flag.clone()));
        args.push(value.to_owned());
        args.extend(after);
        // Without a command of its own the global ones are tried with one that ends.
        if self.command.is_empty() {
            args.push("check".into());
        }
        // What an importer needs besides.
        if self.command.first().is_some_and(|c| c == "import") {
            args.extend(["--shop".into(), "S1".into()]);
        }
        args
    }
}

/// Those that are files.
pub fn files() -> Vec<Place> {
    places(|arg| is_file(arg.get_value_parser()))
}

fn is_file(parser: &ValueParser) -> bool {
    parser.type_id() == clap::builder::ValueParser::path_buf().type_id()
}

/// A value that an argument takes, for those that only stand beside the one that is tried.
fn fine(arg: &clap::Arg) -> String {
    if let Some(known) = arg.get_possible_values().first() {
        return known.get_name().to_owned();
    }
    match arg.get_id().as_str() {
        "url" => "file:///dev/null".into(),
        "role" => "picker".into(),
        id if id.ends_with("file") || id == "home" => "/nowhere/file".into(),
        _ => "X1".into(),
    }
}

fn walk(
    command: &clap::Command,
    path: &[String],
    wanted: &dyn Fn(&clap::Arg) -> bool,
    out: &mut Vec<Place>,
) {
    for arg in command.get_arguments().filter(|arg| wanted(arg)) {
        let beside = command
            .get_arguments()
            .filter(|other| other.get_id() != arg.get_id() && other.is_required_set())
            .flat_map(|other| {
                other.get_long().map(|long| format!("--{long}")).into_iter().chain([fine(other)])
            })
            .collect();
        out.push(Place {
            command: path.to_vec(),
            flag: arg.get_long().map(|long| format!("--{long}")).unwrap_or_default(),
            beside,
        });
    }
    // The guard is the program's own and waits by design.
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "guard") {
        walk(sub, &[path, &[sub.get_name().to_owned()]].concat(), wanted, out);
    }
}

pub fn places(wanted: impl Fn(&clap::Arg) -> bool) -> Vec<Place> {
    let mut out = Vec::new();
    walk(&help::command(&Catalogue::new(Lang::En)), &[], &wanted, &mut out);
    out
}
