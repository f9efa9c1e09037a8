//! Which of the servers that a URL names is the one to write to. A list is tried in its order, and
//! of two that would both take writes (one was cut off and never heard that the other was promoted)
//! the one with the newer timeline holds.

use super::{Error, Result};
use crate::limits;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{ConnectOptions, Connection};
use std::str::FromStr;
use tokio::task::JoinSet;

/// What a server says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Answer {
    /// Takes writes; the timeline grows by one with each promotion.
    Writes {
        timeline: i64,
    },
    /// A standby, or set to read only.
    Reads,
    /// It is there, and has no room for one more connection.
    Full,
    Nothing,
}

/// `postgres://user@a:5432,b:5432/db` as one URL for each host, in their order.
pub fn each(url: &str) -> Vec<String> {
    let Some((scheme, rest)) = url.split_once("://") else { return vec![url.to_owned()] };
    let (authority, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (user, hosts) = match authority.rsplit_once('@') {
        Some((user, hosts)) => (format!("{user}@"), hosts),
        None => (String::new(), authority),
    };
    hosts.split(',').map(|host| format!("{scheme}://{user}{host}{tail}")).collect()
}

/// The hosts of a URL on other machines that need not prove who they are: a name in the middle
/// could read passwords and answer as the database.
pub fn unverified(url: &str) -> Vec<String> {
    let options = each(url).iter().filter_map(|url| options(url).ok()).collect::<Vec<_>>();
    let here = |host: &str| {
        host.starts_with('/') || host == "localhost" || host.starts_with("127.") || host == "::1"
    };
    options
        .iter()
        .filter(|one| !matches!(one.get_ssl_mode(), PgSslMode::VerifyFull))
        .filter(|one| one.get_socket().is_none() && !here(one.get_host()))
        .map(|one| one.get_host().to_owned())
        .collect()
}

pub(in crate::store) fn options(url: &str) -> Result<PgConnectOptions> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| Error::Unavailable(format!("the database URL does not read: {error}")))?;
    Ok(options.disable_statement_logging())
}

/// Asks all of them at once; whoever says nothing in time is not there.
pub(in crate::store) async fn ask(hosts: &[PgConnectOptions]) -> Vec<Answer> {
    let mut asked = JoinSet::new();
    for (nth, host) in hosts.iter().cloned().enumerate() {
        asked.spawn(async move {
            let answer = tokio::time::timeout(limits::PROBE_WAIT, ask_one(&host)).await;
            (nth, answer.unwrap_or(Answer::Nothing))
        });
    }
    let mut answers = vec![Answer::Nothing; hosts.len()];
    while let Some(Ok((nth, answer))) = asked.join_next().await {
        answers[nth] = answer;
    }
    answers
}

async fn ask_one(host: &PgConnectOptions) -> Answer {
    let said = async {
        let mut conn = host.connect().await?;
        let timeline: Option<i64> = sqlx::query_file_scalar!("src/store/sql/hosts/timeline.sql")
            .fetch_one(&mut conn)
            .await?;
        drop(conn.close().await);
        Ok::<_, sqlx::Error>(timeline)
    };
    match said.await {
        Ok(Some(timeline)) => Answer::Writes { timeline },
        Ok(None) => Answer::Reads,
        Err(sqlx::Error::Database(db)) if db.code().as_deref() == Some("53300") => Answer::Full,
        Err(_) => Answer::Nothing,
    }
}

/// Which host to write to.
pub(in crate::store) fn best(answers: &[Answer]) -> Option<usize> {
    let timeline = |answer: &Answer| match answer {
        Answer::Writes { timeline } => Some(*timeline),
        _ => None,
    };
    let newest = answers.iter().filter_map(timeline).max()?;
    answers.iter().position(|answer| timeline(answer) == Some(newest))
}

/// The URL of the one host that takes writes; where none does, of the first, whose own error then
/// says why.
pub async fn primary(url: &str) -> Result<String> {
    let mut urls = each(url);
    if urls.len() == 1 {
        return Ok(urls.remove(0));
    }
    let hosts = urls.iter().map(|url| options(url)).collect::<Result<Vec<_>>>()?;
    Ok(urls.swap_remove(best(&ask(&hosts).await).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::Answer::{Full, Nothing, Reads, Writes};
    use super::{best, each, unverified};

    #[test]
    fn a_list_of_hosts_is_one_url_each() {
        assert_eq!(
            each("postgres://u:p@a:1,b:2/db?sslmode=require"),
            ["postgres://u:p@a:1/db?sslmode=require", "postgres://u:p@b:2/db?sslmode=require"]
        );
        assert_eq!(
            each("postgres://u@%2Frun%2Fa,%2Frun%2Fb/db"),
            ["postgres://u@%2Frun%2Fa/db", "postgres://u@%2Frun%2Fb/db"]
        );
        assert_eq!(each("postgres://a/db"), ["postgres://a/db"]);
        assert_eq!(each("nonsense"), ["nonsense"]);
    }

    #[test]
    fn another_machine_must_prove_who_it_is() {
        let verified = "postgres://u@db.example/w?sslmode=verify-full";
        let none: Vec<String> = Vec::new();
        for url in ["postgres://u@%2Frun%2Fpg/w", "postgres://u@127.0.0.1/w", verified] {
            assert_eq!(unverified(url), none, "{url}");
        }
        assert_eq!(unverified("postgres://u@a,db.example/w?sslmode=require"), ["a", "db.example"]);
    }

    #[test]
    fn the_newest_timeline_holds_then_the_order_of_the_list() {
        let writes = |timeline| Writes { timeline };
        assert_eq!(best(&[Reads, writes(1)]), Some(1));
        assert_eq!(best(&[writes(1), writes(2), writes(2)]), Some(1));
        assert_eq!(best(&[writes(3), writes(3)]), Some(0));
        assert_eq!(best(&[Nothing, Reads, Full]), None);
    }
}
