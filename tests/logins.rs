//! Whoever has a login of the database and no Wavedeck: what each login may, as one golden table,
//! and what plain SQL in the wrong hands does not do.

use crate::support::{Robot, Role, World};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use wavedeck::store::schema::Login;

/// Every table and view, and for each login: `r` reads, `i` adds, `u` changes, `d` deletes; of some
/// columns only, which follow.
const TABLES: &str = "
    SELECT string_agg(rpad(c.relname, 24) || k.may, E'\\n' ORDER BY c.relname, k.n)
    FROM pg_class c
    CROSS JOIN LATERAL (
      SELECT l.n, rpad(l.name, 8) || coalesce(string_agg(op.letter || CASE
        WHEN has_table_privilege(l.role, c.oid, op.name) THEN ''
        ELSE '(' || (
          SELECT string_agg(a.attname, ' ' ORDER BY a.attname) FROM pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND has_column_privilege(l.role, c.oid, a.attnum, op.name)
        ) || ')'
      END, ' ' ORDER BY op.n), '-') AS may
      FROM (VALUES (1, 'session', 'wavedeck_app'), (2, 'worker', 'wavedeck_worker'),
        (3, 'admin', 'wavedeck_admin'), (4, 'reader', 'wavedeck_reader')) AS l (n, name, role)
      LEFT JOIN (VALUES (1, 'r', 'SELECT'), (2, 'i', 'INSERT'), (3, 'u', 'UPDATE'),
        (4, 'd', 'DELETE')) AS op (n, letter, name)
        ON CASE op.name WHEN 'DELETE' THEN has_table_privilege(l.role, c.oid, 'DELETE')
          ELSE has_any_column_privilege(l.role, c.oid, op.name) END
      GROUP BY l.n, l.name
    ) k
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v')
      AND c.relname <> 'test_clock'";

/// Functions that do what their caller may not, and who may call them.
const DEFINERS: &str = "
    SELECT string_agg(rpad(pp.proname, 24) || coalesce((
      SELECT string_agg(r.rolname, ' ' ORDER BY r.rolname) FROM pg_roles r
      WHERE r.rolname LIKE 'wavedeck_%' AND has_function_privilege(r.rolname, pp.oid, 'EXECUTE')
    ), '-'), E'\\n' ORDER BY pp.proname)
    FROM pg_proc pp
    WHERE pp.prosecdef AND pp.pronamespace = 'public'::regnamespace
      AND pp.prorettype <> 'trigger'::regtype";

#[tokio::test]
async fn what_each_login_may_is_one_golden_table() {
    let w = World::new().await;
    let (tables, definers) = (w.text(TABLES).await, w.text(DEFINERS).await);
    insta::assert_snapshot!("logins", format!("{tables}\n\n{definers}"));
    w.end().await;
}

/// The state of an error: not permitted.
const NOT_PERMITTED: &str = "42501";

/// Runs SQL as a login, for a signed-on person where one is named, and takes it back. Returns the
/// state of its error, or nothing.
async fn attempt(w: &World, login: Login, speaker: Option<&Robot>, sql: &str) -> String {
    let mut conn = PgConnection::connect(&w.url(login)).await.unwrap();
    sqlx::raw_sql("BEGIN").execute(&mut conn).await.unwrap();
    if let Some(robot) = speaker {
        let code = &robot.last.operator.as_ref().unwrap().code;
        let speak = format!(
            "SELECT set_config('wavedeck.person', '{code}', true),
                    set_config('wavedeck.session', '{}', true)",
            robot.session
        );
        sqlx::raw_sql(AssertSqlSafe(speak)).execute(&mut conn).await.unwrap();
    }
    let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut conn).await;
    conn.close().await.unwrap();
    match done {
        Ok(_) => String::new(),
        Err(error) => error.as_database_error().unwrap().code().unwrap().into_owned(),
    }
}

/// What nobody does who has a login of Wavedeck's, signed on or not.
const HOSTILE: &[&str] = &[
    "SELECT pin_hash FROM person",
    "SELECT * FROM person",
    "UPDATE person SET pin_hash = 'x' WHERE false; UPDATE stock SET on_hand = 0",
    "DELETE FROM stock",
    "TRUNCATE stock",
    "UPDATE movement SET qty = 1",
    "DELETE FROM movement",
    "UPDATE placement SET to_place = NULL",
    "UPDATE audit SET person = 'X'",
    "DELETE FROM audit",
    "TRUNCATE audit",
    "DELETE FROM reservation",
    "DELETE FROM orders",
    "DELETE FROM shipment",
    "DELETE FROM hold",
    "CREATE TABLE public.x (a int)",
    "CREATE FUNCTION public.x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TEMP TABLE stock (a int)",
    "SET session_replication_role = replica",
    "ALTER TABLE stock DISABLE TRIGGER ALL",
    "DROP TRIGGER asks_who_acts ON audit",
    "CREATE OR REPLACE FUNCTION acting(p_rights text[]) RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
    "SET ROLE wavedeck",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('/etc/hostname')",
    "UPDATE _sqlx_migrations SET success = false",
];

/// What a console's login does not do besides, whoever is signed on.
const NOT_FROM_A_CONSOLE: &[&str] = &[
    "SELECT badge FROM person",
    "SELECT secret FROM shop",
    "SELECT sealed FROM shop_token",
    "SELECT * FROM account",
    "UPDATE person SET badge = NULL",
    "INSERT INTO person (code, name, role) VALUES ('EVE', 'Eve', 'admin')",
    "DELETE FROM role",
    "UPDATE standing SET session = NULL",
    "INSERT INTO standing (person_id, step) SELECT id, '{}' FROM person",
    "UPDATE printer SET url = 'file:///tmp/anything'",
    "UPDATE label SET bytes = 'anything'::bytea",
    "INSERT INTO label (parcel_id, version, bytes) SELECT place_id, 9, '' FROM parcel",
    "UPDATE shop SET url = 'http://elsewhere.example'",
    "UPDATE shop SET channel = 'folder', url = 'file:///etc'",
    "DELETE FROM exception",
    "DELETE FROM outbox",
    "DELETE FROM command",
    "UPDATE parcel SET waybill = 'X'",
    "UPDATE orders SET receiver = '{}'",
    "INSERT INTO orders (order_no) VALUES ('X')",
    "UPDATE movement SET person_id = 1",
    "UPDATE question SET answer = '{}'",
    "UPDATE warehouse SET tz = 'UTC'",
    "SELECT pin_is_right(gen_random_uuid())",
    "SELECT hash FROM pin_offer",
    "UPDATE pin_try SET failed = 0",
    "DELETE FROM notice",
    "UPDATE hold SET lifted_at = now(), lifted_by = 'BOSS'",
    "UPDATE shipment SET receiver = '{}'",
    "UPDATE item SET id = DEFAULT",
    "SELECT look_again()",
    // In another's name.
    "INSERT INTO audit (person, action, subject) VALUES ('BOSS', 'desk-do-cancel', 'S0000001')",
    "UPDATE person SET role = 'admin' WHERE code = 'P'",
    "UPDATE person SET warehouse_id = (SELECT min(id) FROM warehouse) WHERE code = 'BOSS'",
    "UPDATE person SET offered_zones = '{A}' WHERE code = 'P'",
    "UPDATE role SET rights = '{roles}' WHERE code = 'picker'",
    "UPDATE standing SET step = '{}'",
    "INSERT INTO command (id, person_id, feedback)
     SELECT gen_random_uuid(), id, '' FROM person WHERE code = 'BOSS'",
    "INSERT INTO movement (warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place,
       reason, person_id, command)
     SELECT s.warehouse_id, s.owner_id, s.item_id, s.lot_id, 1, s.place_id, v.id, 'adjust', p.id,
       gen_random_uuid()
     FROM stock s, place v, person p
     WHERE s.on_hand - s.reserved > 0 AND v.kind = 'virtual' AND p.code = 'BOSS' LIMIT 1",
    // What a picker has no right to.
    "UPDATE listing SET refused = refused",
    "INSERT INTO question (parcel_id, kind) SELECT place_id, 'label' FROM parcel",
    "UPDATE outbox SET state = 'sent'",
    "UPDATE orders SET unbooked = true",
];

/// What a signed-on picker's console writes; without them it writes nothing.
const FOR_A_PERSON: &[&str] = &[
    "UPDATE trip SET priority = priority",
    "SET LOCAL search_path = pg_catalog; UPDATE public.trip SET priority = priority",
    "UPDATE shipment SET priority = priority",
    "UPDATE standing SET version = version WHERE person_id = acting()",
    "INSERT INTO audit (person, action, subject) VALUES ('P', 'look', 'x')",
    "UPDATE reservation SET qty = qty WHERE false",
];

#[tokio::test]
async fn plain_sql_does_no_more_than_the_login_is_for() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 50, 9)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    w.release().await;
    let picker = w.person("P", Role::Picker).await;
    for login in Login::ALL {
        for sql in HOSTILE {
            assert_eq!(attempt(&w, login, None, sql).await, NOT_PERMITTED, "{login:?}: {sql}");
        }
    }
    for speaker in [None, Some(&picker)] {
        for sql in HOSTILE.iter().chain(NOT_FROM_A_CONSOLE) {
            let done = attempt(&w, Login::Session, speaker, sql).await;
            assert_eq!(done, NOT_PERMITTED, "a console: {sql}");
        }
    }
    for sql in FOR_A_PERSON {
        let done = attempt(&w, Login::Session, None, sql).await;
        assert_eq!(done, NOT_PERMITTED, "nobody is signed on: {sql}");
        let done = attempt(&w, Login::Session, Some(&picker), sql).await;
        assert_eq!(done, "", "{sql}");
    }
    for sql in ["SELECT receiver FROM orders", "SELECT session FROM standing", "DELETE FROM notice"]
    {
        let done = attempt(&w, Login::Reader, None, sql).await;
        assert_eq!(done, NOT_PERMITTED, "a report: {sql}");
    }
    w.end().await;
}

#[tokio::test]
async fn who_signed_off_or_works_elsewhere_speaks_no_more() {
    let w = World::new().await;
    let mut here = w.person("P", Role::Picker).await;
    let write = "UPDATE trip SET priority = priority";
    assert_eq!(attempt(&w, Login::Session, Some(&here), write).await, "");
    // At another terminal.
    let there = w.with_badge(&here.badge.clone()).await;
    assert_eq!(attempt(&w, Login::Session, Some(&here), write).await, NOT_PERMITTED);
    assert_eq!(attempt(&w, Login::Session, Some(&there), write).await, "");
    // What the table says of the session is not the session.
    let forged = format!(
        "SELECT set_config('wavedeck.session', left(encode(session, 'hex'), 32), true)
         FROM standing; {write}"
    );
    assert_eq!(attempt(&w, Login::Session, Some(&here), &forged).await, NOT_PERMITTED);
    w.sql("UPDATE person SET active = false").await;
    assert_eq!(attempt(&w, Login::Session, Some(&there), write).await, NOT_PERMITTED);
    w.sql("UPDATE person SET active = true").await;
    here.sign_on().await;
    here.ok("WDC-SIGNOFF").await;
    let gone = Robot { last: there.last.clone(), ..here };
    assert_eq!(attempt(&w, Login::Session, Some(&gone), write).await, NOT_PERMITTED);
    w.end().await;
}
