//! What the machine has: the server's programs, and a user who may run them.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

/// A folder with all of these programs of the newest server: on PATH, then where the distributions
/// put them.
pub(super) fn folder_with(programs: &[&str]) -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH")
        .into_iter()
        .flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let mut installed: Vec<(u32, PathBuf)> = Vec::new();
    for root in ["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt"] {
        for entry in fs::read_dir(root).into_iter().flatten().flatten() {
            let version = entry
                .file_name()
                .to_string_lossy()
                .trim_start_matches("postgresql@")
                .parse()
                .unwrap_or(0);
            installed.push((version, entry.path().join("bin")));
        }
    }
    installed.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    let known = installed.into_iter().filter(|(version, _)| *version >= 14).map(|(_, path)| path);
    on_path.chain(known).find(|dir| programs.iter().all(|program| dir.join(program).exists()))
}

/// Whom the server runs as when we are root: `postgres` if there is one, else `nobody`.
pub(super) fn plain_user() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let passwd = fs::read_to_string("/etc/passwd").ok()?;
    ["postgres", "nobody"].iter().find_map(|name| {
        let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut parts = line.split(':').skip(2);
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    })
}
