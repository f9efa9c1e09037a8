//! Arguments to one command.

use clap::Parser;
use std::process::ExitCode;
use wavedeck::cli::{self, Args};

fn main() -> ExitCode {
    let args = Args::parse();
    match cli::run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fail) => {
            use std::io::Write;
            // With standard error gone there is nobody left to tell.
            let _ = writeln!(std::io::stderr(), "wavedeck: {}", fail.said);
            ExitCode::from(fail.code)
        }
    }
}
