//! The audit: what a site is made of is noted as it changes, by whom and at which login; what was
//! noted stays, and whoever changes it all the same is found out.

use crate::files::Files;
use crate::support::{Role, World};
use std::time::{Duration, Instant};
use wavedeck::store::audit;
use wavedeck::store::check::Problem;
use wavedeck::work::seals;
use wavedeck::work::vault::{self, Vault};

/// The notes about something, newest first: who, what, before and after.
async fn note(w: &World, subject: &str) -> String {
    w.text(&format!(
        "SELECT coalesce(string_agg(concat_ws(' ', person, action, before, after), '; ' ORDER BY id
         DESC), '') FROM audit WHERE subject = '{subject}'"
    ))
    .await
}

#[tokio::test]
async fn what_a_site_is_made_of_notes_its_changes_and_tells_no_secret() {
    let f = Files::new().await;
    let run = async |args: &[&str]| {
        let ran = f.run(args).await;
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.stderr);
    };
    run(&["printer", "set", "P1", "--dpi", "300"]).await;
    let said = note(&f.w, "printer P1").await;
    assert!(said.starts_with("cli:") && said.contains("changed"), "{said}");
    assert!(said.contains(r#"{"dpi": 203} {"dpi": 300}"#), "{said}");
    run(&["shop", "set", "S1", "--min-life", "5"]).await;
    let said = note(&f.w, "shop S1").await;
    assert!(said.contains(r#"{"min_life_days": 0} {"min_life_days": 5}"#), "{said}");
    f.w.person("ANN", Role::Picker).await;
    f.put("pin", "9753");
    let secret = f.put("s1.secret", "hush-hush\n");
    run(&["shop", "secret", "S1", "--secret-file", &secret]).await;
    run(&["user", "badge", "ANN"]).await;
    let said = note(&f.w, "person ANN").await;
    assert!(said.contains(r#"{"badge": "as it was"} {"badge": "another"}"#), "{said}");
    run(&["route", "set", "ALL", "--to", "WH1"]).await;
    run(&["route", "remove", "ALL"]).await;
    assert!(note(&f.w, "route ALL").await.contains("removed"));
    let secrets = "SELECT count(*) FROM audit a, person p, shop s WHERE
        concat(a.before, a.after) ~ 'hush|argon2'
        OR strpos(concat(a.before, a.after), p.badge) > 0
        OR strpos(concat(a.before, a.after), s.secret) > 0";
    assert_eq!(f.w.number(secrets).await, 0);
    // By plain SQL, too: the login says who it was, whatever it claims.
    f.w.sql("UPDATE printer SET dpi = 203 WHERE code = 'P1'").await;
    assert!(note(&f.w, "printer P1").await.starts_with("db:wavedeck changed"));
    let logins = "SELECT string_agg(DISTINCT login, ' ' ORDER BY login) FROM audit";
    assert_eq!(f.w.text(logins).await, "wavedeck wavedeck_admin wavedeck_app");
    f.end().await;
}

#[tokio::test]
async fn what_happens_on_a_screen_says_who_and_at_which_terminal() {
    let w = World::new().await;
    w.person("ANN", Role::Picker).await;
    let mut boss = w.person("S", Role::Admin).await;
    boss.ok("WDC-MENU-INQUIRY").await;
    boss.ok("ANN").await;
    let change = boss.last.page.menu.iter().position(|c| c.text.key == "desk-do-change-role");
    boss.ok(&(change.expect("no way to change the role") + 1).to_string()).await;
    boss.ok("2").await;
    let said = note(&w, "person ANN").await;
    assert!(said.starts_with("S changed") && said.contains("packer"), "{said}");
    let at = "SELECT terminal || ' ' || login FROM audit WHERE subject = 'person ANN' AND
        action = 'changed' ORDER BY id DESC LIMIT 1";
    assert_eq!(w.text(at).await, "test wavedeck_app");
    w.end().await;
}

/// Seals what there is: it is looked at first, and sealed once everybody in the server who wrote at
/// the time has ended.
async fn seal(w: &World) {
    let until = Instant::now() + Duration::from_secs(60);
    while !seals::seal(&w.worker).await.unwrap() {
        assert!(Instant::now() < until, "nothing is settled");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn problems(w: &World) -> Vec<Problem> {
    let mut tx = w.worker.db.begin().await.unwrap();
    let sealed = audit::seals(&mut tx).await.unwrap();
    seals::verify(&w.worker.vault, &sealed).unwrap()
}

/// As its owner, with what keeps the audit put aside.
async fn by_force(w: &World, sql: &str) {
    w.sql(&format!(
        "DO $$ BEGIN ALTER TABLE audit DISABLE TRIGGER ALL; {sql};
         ALTER TABLE audit ENABLE TRIGGER ALL; END $$"
    ))
    .await;
}

#[tokio::test]
async fn what_was_noted_stays_and_who_changes_it_by_force_is_found_out() {
    let w = World::new().await;
    for sql in ["UPDATE audit SET person = 'X'", "TRUNCATE audit"] {
        assert!(w.try_sql(sql).await.unwrap_err().to_string().contains("stays"), "{sql}");
    }
    seal(&w).await;
    w.sql("UPDATE printer SET dpi = 300").await;
    seal(&w).await;
    assert_eq!(w.number("SELECT count(*) FROM audit_seal").await, 2);
    assert_eq!(problems(&w).await, []);
    let kept = "SELECT min(id) FROM audit";
    let first = w.number(kept).await;
    for (sql, back) in [
        (
            format!("UPDATE audit SET person = 'ELSE' WHERE id = {first}"),
            format!("UPDATE audit SET person = 'db:wavedeck_admin' WHERE id = {first}"),
        ),
        (
            "CREATE TABLE aside AS SELECT * FROM audit WHERE subject = 'printer P1'; \
             DELETE FROM audit WHERE subject = 'printer P1'"
                .to_owned(),
            "INSERT INTO audit OVERRIDING SYSTEM VALUE SELECT * FROM aside".to_owned(),
        ),
        (
            "UPDATE audit_seal SET mac = reverse(mac) WHERE id = 1".to_owned(),
            "UPDATE audit_seal SET mac = reverse(mac) WHERE id = 1".to_owned(),
        ),
    ] {
        by_force(&w, &sql).await;
        assert!(!problems(&w).await.is_empty(), "{sql}");
        by_force(&w, &back).await;
        assert_eq!(problems(&w).await, [], "{back}");
    }
    // Another key's name does not hide it, and the keys that show it stay.
    by_force(&w, &format!("UPDATE audit SET person = 'ELSE' WHERE id = {first}")).await;
    w.sql("UPDATE audit_seal SET key_id = 'none' WHERE id = 1").await;
    assert!(!problems(&w).await.is_empty());
    let mut tx = w.office.db.begin().await.unwrap();
    assert!(!seals::reseal(&mut tx, &w.worker.vault).await.unwrap().unwrap().is_empty());
    drop(tx);
    w.sql(
        "UPDATE audit_seal SET key_id = (SELECT key_id FROM audit_seal WHERE id = 2) WHERE id = 1",
    )
    .await;
    by_force(&w, &format!("UPDATE audit SET person = 'db:wavedeck_admin' WHERE id = {first}"))
        .await;
    assert_eq!(problems(&w).await, []);
    // `check` says so.
    let f = Files::of(w);
    assert_eq!(f.run(&["check"]).await.code, 0);
    by_force(&f.w, &format!("DELETE FROM audit WHERE id = {first}")).await;
    let found = f.run(&["check"]).await;
    let said = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(found.code == 1 && said.contains("audit_is_as_it_was_sealed"), "{said}");
    f.end().await;
}

#[tokio::test]
async fn a_seal_waits_for_who_is_still_writing() {
    let w = World::new().await;
    seal(&w).await;
    let sealed = w.number("SELECT max(upto_id) FROM audit_seal").await;
    // A number is drawn, and its row comes later than the next one.
    let mut slow = w.office.db.begin().await.unwrap();
    audit::record(&mut slow, "cli:slow", "did", "something", None).await.unwrap();
    w.sql("UPDATE printer SET dpi = 300").await;
    for _ in 0..3 {
        assert!(!seals::seal(&w.worker).await.unwrap());
    }
    assert_eq!(w.number("SELECT max(upto_id) FROM audit_seal").await, sealed);
    slow.commit().await.unwrap();
    seal(&w).await;
    assert!(w.number("SELECT max(upto_id) FROM audit_seal").await >= sealed + 2);
    assert_eq!(problems(&w).await, []);
    w.end().await;
}

#[tokio::test]
async fn another_key_seals_all_anew_and_old_rows_go_with_a_sealed_word() {
    let w = World::new().await;
    let file = std::env::temp_dir().join(format!("wavedeck-seal-{}.key", std::process::id()));
    std::fs::copy(crate::support::key_file(), &file).unwrap();
    seal(&w).await;
    w.sql("UPDATE printer SET dpi = 300").await;
    seal(&w).await;
    // What is young stays, whoever asks.
    let mut tx = w.worker.db.begin().await.unwrap();
    let (_, first) = audit::oldest_to_drop(&mut tx, -1).await.unwrap().unwrap();
    assert!(!audit::drop_rows(&mut tx, first.id, "mac").await.unwrap());
    drop(tx);
    w.sql("DELETE FROM audit_seal").await;
    w.sql("DELETE FROM audit_look").await;
    by_force(&w, "UPDATE audit SET at = at - interval '4 years'").await;
    seal(&w).await;
    w.sql("UPDATE audit_seal SET at = at - interval '4 years'").await;
    w.sql("UPDATE printer SET dpi = 203").await;
    seal(&w).await;
    // What was changed is kept, to be looked at.
    by_force(&w, "UPDATE audit SET subject = subject || 'x'").await;
    assert!(!seals::drop_old(&w.worker).await.unwrap());
    by_force(&w, "UPDATE audit SET subject = left(subject, -1)").await;
    assert!(seals::drop_old(&w.worker).await.unwrap());
    assert!(!seals::drop_old(&w.worker).await.unwrap());
    assert_eq!(w.number("SELECT count(*) FROM audit").await, 1);
    assert_eq!(problems(&w).await, []);
    vault::add_key(&file).unwrap();
    let both = Vault::new(Some(file.clone()));
    let mut tx = w.office.db.begin().await.unwrap();
    seals::reseal(&mut tx, &both).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    vault::drop_old_keys(&file).unwrap();
    let mut tx = w.worker.db.begin().await.unwrap();
    let sealed = audit::seals(&mut tx).await.unwrap();
    let newest = Vault::new(Some(file.clone()));
    assert_eq!(seals::verify(&newest, &sealed).unwrap(), []);
    let old = seals::verify(&w.worker.vault, &sealed).unwrap();
    assert_eq!(old.len(), sealed.len(), "a seal of a key that is not here is found out");
    drop(tx);
    std::fs::remove_file(&file).unwrap();

    w.end().await;
}
