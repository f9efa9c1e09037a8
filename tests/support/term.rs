//! The real program in a pseudo terminal: bytes in, a screen out, and waiting for what must appear.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub struct Term {
    screen: Arc<Mutex<vt100::Parser>>,
    writer: Box<dyn Write + Send>,
    pub child: Box<dyn Child + Send + Sync>,
    /// Bytes that the program wrote, and when the last of them came.
    pub wrote: Arc<Mutex<(usize, Instant)>>,
    /// Kept open: the program would be hung up without it.
    master: Box<dyn MasterPty + Send>,
}

/// How long anything may take before a test says what it saw instead.
const PATIENCE: Duration = Duration::from_secs(30);
/// A screen that does not change for so long is at rest.
const REST: Duration = Duration::from_millis(40);

impl Term {
    pub fn start(
        program: &Path,
        args: &[&str],
        env: &[(&str, &str)],
        (cols, rows): (u16, u16),
    ) -> Term {
        let pair = native_pty_system()
            .openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 })
            .unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.env("TERM", "xterm-256color");
        command.env_remove("NO_COLOR");
        for (key, value) in env {
            command.env(key, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(
            rows.try_into().unwrap(),
            cols.try_into().unwrap(),
            0,
        )));
        let wrote = Arc::new(Mutex::new((0, Instant::now())));
        let (mut reader, shown, counted) =
            (pair.master.try_clone_reader().unwrap(), screen.clone(), wrote.clone());
        std::thread::spawn(move || {
            let mut buffer = [0u8; 8192];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                shown.lock().unwrap().process(&buffer[..n]);
                let mut counted = counted.lock().unwrap();
                *counted = (counted.0 + n, Instant::now());
            }
        });
        Term {
            screen,
            writer: pair.master.take_writer().unwrap(),
            child,
            wrote,
            master: pair.master,
        }
    }

    /// The screen, without the blanks behind its lines: erased and never written look the same.
    pub fn text(&self) -> String {
        let contents = self.screen.lock().unwrap().screen().contents();
        contents.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }

    /// What stands out on the screen: the cells of its first line that has some, reversed.
    pub fn chosen_line(&self) -> Option<String> {
        let parser = self.screen.lock().unwrap();
        let screen = parser.screen();
        let (rows, cols) = screen.size();
        let (rows, cols) = (u16::from(rows), u16::from(cols));
        (1..rows).find_map(|row| {
            let cells = (0..cols).filter_map(|col| screen.cell(row, col));
            let text: String = cells
                .filter(|cell| cell.inverse())
                .map(|cell| if cell.has_contents() { cell.contents() } else { " " })
                .collect();
            (!text.trim().is_empty()).then_some(text)
        })
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).unwrap();
        self.writer.flush().unwrap();
    }

    /// A scan: the code and the terminator that scanners send.
    pub fn scan(&mut self, code: &str) {
        self.send(format!("{code}\r").as_bytes());
    }

    /// Waits until the screen says yes and has come to rest: a frame may arrive in pieces.
    pub fn wait(&self, what: &str, yes: impl Fn(&str) -> bool) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let text = self.text();
            if yes(&text) {
                std::thread::sleep(REST);
                if self.wrote.lock().unwrap().1.elapsed() >= REST && self.text() == text {
                    return text;
                }
                continue;
            }
            assert!(Instant::now() < until, "waited for {what}, the screen shows:\n{text}");
            std::thread::sleep(Duration::from_millis(15));
        }
    }

    pub fn wait_for(&self, what: &str) -> String {
        let squashed: String = what.chars().filter(|c| !c.is_whitespace()).collect();
        self.wait(what, |text| {
            text.chars().filter(|c| !c.is_whitespace()).collect::<String>().contains(&squashed)
        })
    }

    /// Does a screen answer a scan? It changed, the entry line is empty, and nothing waits behind a
    /// page that looked again.
    pub fn answered(before: &str, text: &str) -> bool {
        let waits = text.contains(" waiting: ") || text.contains("个等待：");
        text != before && Term::asks(text) && !waits
    }

    /// Is the entry line drawn, and empty?
    pub fn asks(text: &str) -> bool {
        let entry = text.trim_end().lines().next_back().and_then(|line| line.strip_prefix('>'));
        entry.is_some_and(|rest| ["", "F1 ?"].contains(&rest.trim()))
    }

    /// Scans, then waits until the screen has taken it: it changed, and the entry line is empty
    /// again.
    pub fn scan_and_see(&mut self, code: &str) -> String {
        let before = self.text();
        self.scan(code);
        self.wait(&format!("an answer to {code}"), |text| Term::answered(&before, text))
    }

    /// The window has another size now; the screen stays as it was drawn until it is drawn anew.
    pub fn resize(&self, cols: u16, rows: u16) {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).unwrap();
        let (rows, cols) = (rows.clamp(1, 500), cols.clamp(1, 500));
        self.screen
            .lock()
            .unwrap()
            .screen_mut()
            .set_size(rows.try_into().unwrap(), cols.try_into().unwrap());
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Term {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
