//! What a Zebra says when it is asked (`~HS`): three lines, each between STX and ETX. Source: ZPL
//! II Programming Guide, "~HS Host Status Return". It says nothing while it is out of paper or
//! ribbon, open, or too hot; others' firmware does.

use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The part of it that matters here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Status {
    paper_out: bool,
    paused: bool,
    memory_lost: bool,
    too_cold: bool,
    too_hot: bool,
    head_open: bool,
    ribbon_out: bool,
    /// A label whose end never came.
    pub(super) half_a_label: bool,
    /// Labels that came and are not out yet.
    pub(super) waiting: u64,
}

impl Status {
    /// Why it prints nothing now, the first that somebody has to mend.
    pub(super) fn trouble(&self) -> Option<&'static str> {
        [
            (self.head_open, "head_open"),
            (self.paper_out, "paper_out"),
            (self.ribbon_out, "ribbon_out"),
            (self.memory_lost, "memory_lost"),
            (self.too_hot, "too_hot"),
            (self.too_cold, "too_cold"),
            (self.paused, "paused"),
        ]
        .into_iter()
        .find_map(|(so, why)| so.then_some(why))
    }

    /// `None`: these are not the first two lines of an answer.
    fn parse(text: &str) -> Option<Status> {
        let mut lines = text.split('\u{2}').skip(1).filter_map(|line| line.split('\u{3}').next());
        let first: Vec<&str> = lines.next()?.split(',').collect();
        let second: Vec<&str> = lines.next()?.split(',').collect();
        if first.len() < 12 || second.len() < 9 {
            return None;
        }
        let on = |field: &str| field.trim() == "1";
        let number = |field: &str| field.trim().parse::<u64>().unwrap_or_default();
        Some(Status {
            paper_out: on(first[1]),
            paused: on(first[2]),
            half_a_label: on(first[7]),
            memory_lost: on(first[9]),
            too_cold: on(first[10]),
            too_hot: on(first[11]),
            head_open: on(second[2]),
            ribbon_out: on(second[3]),
            waiting: number(first[4]) + number(second[8]),
        })
    }
}

/// Asks the printer how it is; `None`: it says nothing, or nothing that is an answer. An error
/// where the line broke, or ended.
pub(super) async fn ask(port: &mut TcpStream, patience: Duration) -> io::Result<Option<Status>> {
    let answer = async {
        port.write_all(b"~HS\r\n").await?;
        let mut said = Vec::new();
        let mut some = [0; 256];
        // The third line ends it.
        while said.iter().filter(|byte| **byte == 3).count() < 3 && said.len() < 1024 {
            match port.read(&mut some).await? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                n => said.extend_from_slice(&some[..n]),
            }
        }
        Ok(Status::parse(&String::from_utf8_lossy(&said)))
    };
    timeout(patience, answer).await.unwrap_or(Ok(None))
}

#[cfg(test)]
mod tests {
    use super::Status;

    fn said(first: &str, second: &str) -> Option<Status> {
        Status::parse(&format!("\u{2}{first}\u{3}\r\n\u{2}{second}\u{3}\r\n\u{2}1234,0\u{3}\r\n"))
    }

    #[test]
    fn an_answer_says_what_is_wrong_and_how_much_waits() {
        let fine = said("030,0,0,1245,000,0,0,0,000,0,0,0", "001,0,0,0,1,2,6,0,00000000,1,000");
        assert_eq!(fine, Some(Status::default()));
        let busy = said("030,0,0,1245,002,0,0,0,000,0,0,0", "001,0,0,0,1,2,6,0,00000003,1,000");
        assert_eq!(busy.map(|s| s.waiting), Some(5));
        let open = said("030,1,0,1245,000,0,0,1,000,0,0,0", "001,0,1,0,1,2,6,0,00000000,1,000");
        assert_eq!(open.as_ref().and_then(Status::trouble), Some("head_open"));
        assert!(open.is_some_and(|s| s.half_a_label));
        for nonsense in ["", "hello", "\u{2}1,2\u{3}\u{2}3\u{3}"] {
            assert_eq!(Status::parse(nonsense), None);
        }
    }
}
