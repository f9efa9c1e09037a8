//! Arguments to one command.

use std::process::ExitCode;

fn main() -> ExitCode {
    wavedeck::cli::main(std::env::args_os().collect())
}
