//! Every bound of the program, in one place.

use std::time::Duration;

/// From so many columns and rows on a screen is wide: list, detail and board side by side.
pub const WIDE: (u16, u16) = (120, 36);

/// Scans that may wait for an answer before the session stops reading.
pub const QUEUE_SCANS: usize = 32;
/// Scans that wait behind a refusal at most.
pub const QUEUE_HELD: usize = 1000;
/// Bytes of one scan or typed line; more is refused, not cut.
pub const LINE_BYTES: usize = 4096;
/// An escape sequence that is split by the network is waited for this long before ESC is a key.
pub const ESCAPE_WAIT: Duration = Duration::from_millis(250);
/// Gaps below this mark a line as scanned in the audit; they decide nothing else.
pub const SCAN_GAP: Duration = Duration::from_millis(35);

/// Database connections of one console, of a worker.
pub const CONSOLE_CONNECTIONS: u32 = 2;
/// Database connections of one worker at most; work beyond them waits for one, [`CONNECT_WAIT`] at
/// most.
pub const WORKER_CONNECTIONS: u32 = 6;
/// Room that a shared server has at least: a floor of consoles, the background task, commands.
pub const SERVER_CONNECTIONS: i32 = 100;
/// Longest wait for a database connection; then the database counts as slow, and the same is tried
/// again.
pub const CONNECT_WAIT: Duration = Duration::from_secs(5);
/// Server-side deadlines, as Postgres settings.
pub const STATEMENT_TIMEOUT: &str = "20s";
/// A statement that waits for a lock longer than this is ended, and its transaction tried again.
pub const LOCK_TIMEOUT: &str = "8s";
/// A transaction in which nothing happens for so long is ended by the server, and its locks are
/// free.
pub const IDLE_IN_TRANSACTION_TIMEOUT: &str = "15s";
/// Tries of a transaction that lost a deadlock or a serialization race.
pub const TRANSACTION_TRIES: u32 = 8;
/// Between two tries of a console whose database does not answer; after so long without an answer
/// it says so; and after so long the person decides.
pub const OFFLINE_RETRY: Duration = Duration::from_millis(500);
/// A gesture without an answer for so long: the person is told that the database is slow.
pub const NO_ANSWER_SAID: Duration = Duration::from_millis(1500);
/// After so long a gesture is sent no more by itself; the person decides whether it is asked again,
/// under the same number.
pub const GESTURE_PATIENCE: Duration = Duration::from_secs(30);
/// A gesture that takes so long makes its session ask the servers which of them takes writes, again
/// and again at growing distances; how long an answer to that is waited for; and how often a worker
/// asks.
pub const DOUBT_AFTER: Duration = Duration::from_secs(1);
/// The longest pause between two such questions; it doubles up to this while the server is only
/// slow.
pub const DOUBT_MAX: Duration = Duration::from_secs(8);
/// A server that has not said for so long whether it takes writes counts as not there.
pub const PROBE_WAIT: Duration = Duration::from_secs(1);
/// The pause of a worker between two such questions, whether or not anything hangs.
pub const WATCH_EVERY: Duration = Duration::from_secs(2);
/// Who leaves waits so long for a server to say good-bye.
pub const CLOSE_WAIT: Duration = Duration::from_secs(3);

/// Shipments that one search puts into batches; more would leave each of them too little time.
pub const BATCHED_TOGETHER: usize = 120;
/// So long the walks of a wave are planned at its release.
pub const PLAN_BUDGET: Duration = Duration::from_millis(180);
/// And so long where it is only rehearsed.
pub const REHEARSE_BUDGET: Duration = Duration::from_millis(40);
/// Ready shipments among which those are chosen that go now, where a wave takes only so many.
pub const CHOSEN_FROM: i64 = 5000;
/// A layout's file is no larger.
pub const LAYOUT_BYTES: u64 = 4 << 20;

/// The same command so soon again is a key that bounced, or a card that was read twice.
pub const CARD_ECHO: Duration = Duration::from_secs(2);
/// The same code so soon again is one trigger that read twice: a hand needs longer for the next.
pub const SCAN_ECHO: Duration = Duration::from_millis(800);
/// A key that is held down repeats itself faster than this.
pub const KEY_HELD: Duration = Duration::from_millis(300);
/// Reservations of a walk that a picker's session knows ahead.
pub const PICKS_AHEAD: i32 = 100;

/// People whom a walk can be given to by a digit; the others by their badge.
pub const PICKERS_OFFERED: i64 = 40;

/// Totes that wait for a bench, as far as its screen names them.
pub const TOTES_SHOWN: i64 = 8;
/// So many shipments of the same one thing are picked by themselves; so many single units in total;
/// and how many shipments one such walk takes.
pub const HOT_SHIPMENTS: usize = 12;
/// From so many shipments of a single unit in a wave they are picked in total; fewer get a tote
/// each.
pub const SINGLES_SHIPMENTS: usize = 6;
/// Identical shipments on one trip at most; the rest are trips of their own.
pub const HOT_TRIP: usize = 100;
/// Shipments of a single unit on one trip at most; the rest are trips of their own.
pub const SINGLES_TRIP: usize = 40;

/// PIN checks at once: each takes tens of megabytes.
pub const PIN_CHECKS: usize = 2;

/// Answers of gestures are kept so long, for terminals that ask again.
pub const ANSWERS_KEPT_DAYS: i32 = 3;
/// What people were told, once they have seen it; and what names buyers: labels' bytes of what has
/// left, older versions of orders.
pub const NOTICES_KEPT_DAYS: i32 = 30;
/// Days until what names buyers is erased: bytes of labels that are void or have left, and what
/// came with older versions of orders.
pub const BUYERS_KEPT_DAYS: i32 = 90;
/// Lines of a file of orders that broke off.
pub const FILES_KEPT: Duration = Duration::from_secs(24 * 3600);
/// The pause between two rounds that delete and erase what is past its time.
pub const TIDY_EVERY: Duration = Duration::from_secs(3600);
/// Rows of each kind that are deleted in one transaction.
pub const TIDY_BATCH: i64 = 1000;
/// The pause between two looks for stock for what waits, and for codes of orders that are known by
/// now.
pub const PROMISES_EVERY: Duration = Duration::from_secs(60);

/// How often it is seen whether the planner believes what is so.
pub const LOOK_EVERY: Duration = Duration::from_secs(60);

/// How often is looked what is the case by the rules of alerts.
pub const ALERTS_EVERY: Duration = Duration::from_secs(15);
/// Seconds until an address that did not hear of one is called again, more each time.
pub const ALERT_RETRY_S: f64 = 60.0;
/// So often it is called at most.
pub const ALERT_CALLS: i32 = 10;
/// So long it has to answer.
pub const ALERT_ANSWER: Duration = Duration::from_secs(10);
/// The day's turn: how often it is looked for, how long who does it holds it, and how much it does
/// in one transaction: needs worked out, items whose gates are locked at once, reservations moved.
pub const TURN_EVERY: Duration = Duration::from_secs(5);
/// Seconds that a worker holds a turn, anew with each transaction; later another takes it up.
pub const TURN_LEASE_S: f64 = 120.0;
/// Needs whose days one transaction works out, the next ones are another's; and reservations of one
/// stop that are moved where a picker must leave its goods.
pub const TURN_BATCH: i64 = 5000;
/// Items whose gates one transaction locks; the next ones are another's.
pub const TURN_ITEMS: i64 = 50;
/// Promises that one transaction breaks; the next ones are another's.
pub const TURN_BREAKS: usize = 500;
/// Reservations that one transaction of the turn ties to other goods; the next ones are another's.
pub const TURN_MOVES: i64 = 50;

/// Orders that come at once, however many were asked for: no platform's page is larger.
pub const PAGE_ORDERS: usize = 1000;
/// A page of orders, and how far a pull reads back to see what came late.
pub const PULL_PAGE: i64 = 100;
/// Seconds before its mark that a pull reads again, unless the shop's option `overlap_s` says
/// otherwise.
pub const PULL_OVERLAP_S: i64 = 300;
/// The mark never comes closer to the shop's clock than this.
pub const PULL_LAG_S: i64 = 2;
/// Seconds between two questions to a generic shop, or two looks into a folder, unless the shop
/// says otherwise.
pub const PULL_EVERY_S: f64 = 1.0;
/// Seconds that a worker holds a shop's pull, anew with each page and while one is read; later
/// another takes it up, and what the first still brings counts for nothing.
pub const PULL_LEASE_S: f64 = 60.0;
/// How often a platform's changes are asked for, unless its shop says otherwise; a generic shop is
/// asked every [`PULL_EVERY_S`].
pub const PLATFORM_EVERY_S: f64 = 30.0;
/// Seconds between two searches for Amazon's orders: what its published rate allows in the long
/// run.
pub const AMAZON_EVERY_S: f64 = 180.0;
/// More orders in one stretch of time no shop has.
pub const STRETCH_ORDERS: i64 = 100_000_000;
/// Lines of one order that are read page by page from a shop, and how long a page of them waits
/// until the shop takes more calls.
pub const ORDER_LINES: usize = 5_000;
/// Seconds that the calls of one page or of one round of counts wait for their turn; then it ends
/// as throttled and is tried later.
pub const PAGE_PATIENCE_S: f64 = 120.0;
/// Sales over a counter that are booked in one transaction.
pub const COUNTER_BATCH: i64 = 50;
/// Pages that are saved at once.
pub const PULL_SAVES: usize = 2;
/// Shipments that look for stock again per round.
pub const PROMISE_BATCH: i64 = 500;

/// A connection that nobody asks anything of is given back.
pub const IDLE_CONNECTION: Duration = Duration::from_secs(10);

/// Columns and rows that are drawn of a window, however large somebody's terminal says it is.
pub const SCREEN_WIDTH: u16 = 500;
/// Rows that are drawn at most; a taller window is drawn as if it had so many.
pub const SCREEN_HEIGHT: u16 = 200;

/// A configuration, a keymap, a secret: text that people write.
pub const TEXT_FILE_BYTES: u64 = 1024 * 1024;
/// Files: rows of one, bytes of one row, bytes of a workbook (which is read whole), rows a round
/// trip.
pub const IMPORT_ROWS: i64 = 500_000;
/// Bytes of one row of a CSV at most; a longer one is refused, and nothing behind it is read.
pub const IMPORT_ROW_BYTES: usize = 256 * 1024;
/// Bytes of a workbook's file at most; a larger one is refused whole.
pub const XLSX_BYTES: u64 = 8 * 1024 * 1024;
/// Bytes that all parts of a workbook unpack to at most; a larger one is refused whole.
pub const XLSX_UNPACKED_BYTES: u64 = 48 * 1024 * 1024;
/// What the cells of a workbook take in memory, and how far to the right its header goes.
pub const XLSX_CELLS_BYTES: usize = 96 * 1024 * 1024;
/// Columns of a workbook's header at most; a wider one is refused whole.
pub const IMPORT_COLUMNS: usize = 1000;
/// Rows that are taken in with one round trip, and that are read ahead of it.
pub const IMPORT_BATCH: usize = 1000;
/// Rows of stock that are committed together: nobody on the floor waits for more of them.
pub const STOCK_BATCH: usize = 100;

/// One call to a shop; the answer of one; the deadline when a person waits.
pub const SHOP_CALL: Duration = Duration::from_secs(15);
/// How long an order is read again while a person waits; then the shop's setting says go or wait.
pub const SHOP_READ_WAIT: Duration = Duration::from_secs(3);
/// How often the background task looks for what people wait for, how many it is at, how long one
/// answer may take it, and how long a person waits; then nobody asks any more.
pub const QUESTIONS_EVERY: Duration = Duration::from_millis(50);
/// Questions that one worker is at; more are left to others, or wait.
pub const QUESTIONS_AT_ONCE: usize = 16;
/// Seconds that a worker has for an answer; later another takes the question up.
pub const QUESTION_LEASE_S: f64 = 5.0;
/// How long a person waits for an answer; then the question is taken back.
pub const QUESTION_WAIT: Duration = Duration::from_secs(6);
/// Seconds after which a question is deleted, answered or not: whoever asked is gone.
pub const QUESTION_KEPT_S: f64 = 10.0;
/// A question that nobody is at after so long is asked of nobody.
pub const QUESTION_UNHEARD: Duration = Duration::from_secs(2);
/// How soon a person's terminal looks for the answer, and how often at most.
pub const ANSWER_LOOK: Duration = Duration::from_millis(15);
/// The longest pause between two looks for an answer; pauses grow by half up to this.
pub const ANSWER_LOOK_MAX: Duration = Duration::from_millis(120);
/// Bytes of a shop's answer at most; a larger one is refused before it is read to its end.
pub const SHOP_ANSWER_BYTES: usize = 16 * 1024 * 1024;
/// Objects and lists in an answer: what a small one can take in memory.
pub const SHOP_ANSWER_PARTS: usize = 200_000;
/// A shop's clock may be so far ahead of ours; what it dates later is of now.
pub const CLOCK_AHEAD_S: i64 = 300;

/// The webhooks' door: callers at a time, and how long each may take with all that they say.
pub const HOOK_CALLERS: usize = 64;
/// How long a caller's connection lives; then it is cut, whatever it is in the middle of.
pub const HOOK_CALL: Duration = Duration::from_secs(10);

/// Whoever renews a shop's tokens has so long; and tokens that are younger are not renewed because
/// a call was refused.
pub const TOKEN_LEASE_S: f64 = 45.0;
/// Seconds in which a refused call does not have new tokens renewed once more.
pub const TOKEN_TRUSTED_S: f64 = 20.0;

/// Items that one look at the counts finds, items of one call, how often a shop's counts are looked
/// at, and when what it shows is compared again.
pub const PUSH_LOOK: i64 = 1000;
/// Items of one round with a shop that takes many counts in one call.
pub const PUSH_BATCH: usize = 100;
/// Items of one round with a shop that takes a call an item: few, so that the lease lasts.
pub const PUSH_SINGLES: usize = 20;
/// Seconds between two looks at what a shop is to be told of the stock.
pub const PUSH_EVERY_S: f64 = 5.0;
/// Seconds that a worker holds a shop's counts, anew with each round; later another takes them up.
pub const PUSH_LEASE_S: f64 = 300.0;
/// Seconds between two comparisons of what a shop shows with what it was told: a day.
pub const COMPARE_EVERY_S: f64 = 86_400.0;

/// Retries of outbox and spool double up to this.
pub const RETRY_MAX_S: f64 = 60.0;
/// Messages to one shop that are on their way at once; the next go when all of these are through.
pub const OUTBOX_BATCH: i64 = 20;
/// The pause between two looks for labels to print.
pub const SPOOL_EVERY: Duration = Duration::from_millis(150);
/// The same while the database does not answer.
pub const SPOOL_EVERY_AT_MOST: Duration = Duration::from_secs(10);
/// How long a printer has to take a connection; then it counts as not answering.
pub const PRINTER_CONNECT: Duration = Duration::from_secs(3);
/// How long a printer has to take all bytes of a label; then the label is sent again later.
pub const PRINTER_WRITE: Duration = Duration::from_secs(10);
/// How long a printer has to close its side after it has all bytes; one that keeps it open has
/// them.
pub const PRINTER_CLOSE: Duration = Duration::from_secs(2);
/// So long a printer may think about how it is.
pub const PRINTER_ANSWER: Duration = Duration::from_secs(2);
/// So long a label may take to come out before it only counts as taken.
pub const PRINTER_PRINT: Duration = Duration::from_secs(8);
/// A printer that prints is asked again after this.
pub const PRINTER_LOOK: Duration = Duration::from_millis(150);
/// The audit's rows are kept so long, at least a year (`drop_audit` refuses less); their seals for
/// ever.
pub const AUDIT_KEPT_DAYS: i32 = 1100;
/// So many sealed batches of it are dropped in one round.
pub const AUDIT_DROPPED: u32 = 500;
/// The server's clock is looked at this often.
pub const CLOCK_EVERY: Duration = Duration::from_secs(30);
/// The audit is sealed this often.
pub const SEAL_EVERY: Duration = Duration::from_secs(20);
/// Terminals that one process serves.
pub const SERVED_SESSIONS: usize = 600;
/// Connections that it holds for all of them.
pub const SERVED_CONNECTIONS: u32 = 40;
/// So much at once goes over a terminal's line, and waits there.
pub const SERVED_BYTES: usize = 32 * 1024;
/// So long what was scanned is worked off when it ends.
pub const SERVED_END: Duration = Duration::from_secs(12);
/// Columns of a screen that is drawn for another process.
pub const SERVED_WIDTH: u16 = 300;
/// Its rows.
pub const SERVED_HEIGHT: u16 = 100;
/// So long a terminal may not read before it is let go.
pub const SERVED_WRITE: Duration = Duration::from_secs(60);
/// So long one waits for the other end's first word, or for room to say something.
pub const SERVED_ANSWER: Duration = Duration::from_secs(5);
/// So long a terminal has to say what it is.
pub const SERVED_HELLO: Duration = Duration::from_secs(5);
/// The name that a terminal calls itself by, in characters.
pub const SERVED_NAME: usize = 80;
/// The pause after one could not be let in.
pub const SERVED_PAUSE: Duration = Duration::from_millis(200);
/// So many printers are printed to at once.
pub const PRINTERS_AT_ONCE: usize = 16;
/// A print that was begun is somebody else's to do after this: longer than it can take.
pub const PRINT_LEASE_S: f64 = 22.0;
/// A print ends within this, one way or another.
pub const PRINTER_ALL: Duration = Duration::from_secs(17);

/// Rows of a list that are read at most where somebody looks for something in it or sorts it.
pub const LIST_ROWS: i64 = 50_000;
/// Files of lists are kept so long; the next one that is taken away removes older ones.
pub const EXPORT_KEPT: Duration = Duration::from_secs(7 * 24 * 3600);
/// Bytes that all files of lists in a folder take at most; one more is refused.
pub const EXPORTS_BYTES: i64 = 200_000_000;
/// Of these, what the files of one person take at most.
pub const EXPORTS_BYTES_OF_ONE: i64 = 50_000_000;
/// Rows of a list that go into a file at most.
pub const EXPORT_ROWS: i64 = 100_000;
/// A small letter alone on a desk's entry line is a command once so long nothing came after it; a
/// scanner is faster.
pub const LETTER_WAIT: Duration = Duration::from_millis(250);
/// Orders whose codes are known by now that go on in one transaction.
pub const KNOWN_BATCH: i64 = 50;
/// Work that nobody has moved on for so long may be taken up by another.
pub const LEFT_ALONE_S: f64 = 600.0;
/// New tokens are nowhere else: so long is tried to keep them.
pub const TOKENS_KEPT: Duration = Duration::from_secs(120);
/// Exceptions that one answer settles at once.
pub const BULK_EXCEPTIONS: i64 = 500;
