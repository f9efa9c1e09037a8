//! A printer on a port of its own, as Zebra's manual describes it: it takes labels, says how it is
//! when it is asked, and misbehaves as it is told.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Prints and says so.
    Fine,
    /// Takes labels and says nothing, then or ever.
    Dumb,
    /// The same, and keeps the line open.
    Open,
    /// Has no paper; prints nothing, and says so.
    PaperOut,
    /// Runs out of paper with the label that comes.
    RunsOut,
    /// Reads so many bytes and goes away.
    Reads(usize),
    /// Goes away at once.
    Closes,
}

pub struct Printer {
    pub url: String,
    pub mode: Arc<Mutex<Mode>>,
    /// Whole labels that came.
    pub came: Arc<Mutex<Vec<String>>>,
}

impl Printer {
    pub async fn start(mode: Mode) -> Printer {
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("tcp://{}", port.local_addr().unwrap());
        let printer = Printer {
            url,
            mode: Arc::new(Mutex::new(mode)),
            came: Arc::new(Mutex::new(Vec::new())),
        };
        let (mode, came) = (printer.mode.clone(), printer.came.clone());
        tokio::spawn(async move {
            while let Ok((line, _)) = port.accept().await {
                tokio::spawn(serve(line, mode.clone(), came.clone()));
            }
        });
        printer
    }

    pub fn becomes(&self, mode: Mode) {
        *self.mode.lock().unwrap() = mode;
    }

    pub fn came(&self) -> Vec<String> {
        self.came.lock().unwrap().clone()
    }
}

async fn serve(mut line: TcpStream, mode: Arc<Mutex<Mode>>, came: Arc<Mutex<Vec<String>>>) {
    let now = || *mode.lock().unwrap();
    let most = match now() {
        Mode::Closes => return,
        Mode::Reads(most) => most,
        _ => usize::MAX,
    };
    let (mut text, mut read) = (String::new(), 0);
    let mut some = vec![0; 4096];
    loop {
        let room = some.len().min(most - read);
        match line.read(&mut some[..room]).await {
            Ok(n @ 1..) => {
                read += n;
                text.push_str(&String::from_utf8_lossy(&some[..n]));
            }
            _ if now() == Mode::Open => std::future::pending().await,
            _ => return,
        }
        while let Some(end) = text.find("^XZ").map(|at| at + 3) {
            let label: String = text.drain(..end).collect();
            let begin = label.find("^XA").unwrap_or(0);
            match now() {
                Mode::RunsOut | Mode::PaperOut => *mode.lock().unwrap() = Mode::PaperOut,
                _ => came.lock().unwrap().push(label[begin..].to_owned()),
            }
        }
        while let Some(at) = text.find("~HS") {
            text.replace_range(at..at + 3, "");
            let paper = u8::from(now() == Mode::PaperOut);
            let half = u8::from(text.contains("^XA"));
            let said = format!(
                "\x02030,{paper},0,1245,000,0,0,{half},000,0,0,0\x03\r\n\
                 \x02001,0,0,0,1,2,6,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
            );
            if !matches!(now(), Mode::Dumb | Mode::Open | Mode::Reads(_)) {
                let _ = line.write_all(said.as_bytes()).await;
            }
        }
        if read >= most {
            // What is unread resets the line.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            return;
        }
    }
}
