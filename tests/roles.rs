//! Every request by every role, tried for real, as one golden table; and roles of the site's own.

use crate::files::Files;
use crate::support::{Robot, Role, World, ean};
use std::fmt::Write;
use wavedeck::domain::Right;
use wavedeck::protocol::Activity;
use wavedeck::protocol::desk::Action;

/// Looks at a code and chooses an action, answering what it asks.
async fn act(robot: &mut Robot, code: &str, action: Action, answer: &str) -> bool {
    robot.scan("WDC-MENU-INQUIRY").await;
    robot.ok(code).await;
    let Some(n) = robot.last.page.menu.iter().position(|choice| choice.text.key == action.key())
    else {
        return false;
    };
    robot.ok(&(n + 1).to_string()).await;
    if robot.said() != "desk-done" {
        robot.ok(answer).await;
    }
    robot.said() == "desk-done"
}

async fn world() -> World {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 900)]).await;
    w
}

/// A shipment of its own in the state that an action needs.
async fn shipment(w: &World, no: &str) -> String {
    w.orders(&[(no, &[("I0", 2)])]).await;
    w.text(&format!(
        "SELECT s.shipment_no FROM shipment s JOIN shipment_line l ON l.shipment_id = \
        s.id JOIN share z ON z.shipment_line_id = l.id JOIN order_line ol ON ol.id = \
        z.order_line_id JOIN orders o ON o.id = ol.order_id WHERE o.order_no = '{no}'"
    ))
    .await
}

async fn may(w: &World, role: Role, what: &str, supervisor: &mut Robot) -> bool {
    let code = format!("{}-{what}", role.code()).to_uppercase();
    let mut robot = w.person(&code, role).await;
    if let Some(activity) = Activity::of_code(what) {
        robot.scan(&activity.card().scan()).await;
        return robot.said() != "not-allowed";
    }
    if what == "split" {
        // Half of it is there.
        w.orders(&[(&code, &[("I0", 2), ("I7", 1)])]).await;
        let no = w.text("SELECT shipment_no FROM shipment ORDER BY id DESC LIMIT 1").await;
        return act(&mut robot, &no, Action::Split, "").await;
    }
    let no = shipment(w, &code).await;
    match what {
        "save_view" => {
            robot.scan("WDC-MENU-INQUIRY").await;
            for scan in ["#stage:ready", "#save"] {
                robot.ok(scan).await;
            }
            robot.scan(&code).await;
            robot.said() == "desk-view-saved"
        }
        "sign_off" => {
            robot.scan("WDC-SIGNOFF").await;
            robot.last.operator.is_none()
        }
        "expedite" => act(&mut robot, &no, Action::Expedite, "").await,
        "hold" => act(&mut robot, &no, Action::Hold, "1").await,
        "let_go" => {
            assert!(act(supervisor, &no, Action::Hold, "1").await);
            act(&mut robot, &no, Action::LetGo, "").await
        }
        "cancel" => act(&mut robot, &no, Action::Cancel, "WDC-YES").await,
        "change_role" => act(&mut robot, "LISTENER", Action::ChangeRole, "1").await,
        "grant" => act(&mut robot, "helper", Action::Grant, "1").await,
        "withdraw" => act(&mut robot, "helper", Action::Withdraw, "1").await,
        "message" => act(&mut robot, "LISTENER", Action::Message, "hello").await,
        _ => {
            supervisor.ok("WDC-MENU-WAVE").await;
            supervisor.ok("WDC-RELEASE").await;
            let trip = w.text("SELECT trip_no FROM trip ORDER BY id DESC LIMIT 1").await;
            let wave = w.text("SELECT wave_no FROM wave ORDER BY id DESC LIMIT 1").await;
            let walker = w.person(&format!("{code}-W"), Role::Picker).await;
            match what {
                "kick_out" => act(&mut robot, &no, Action::KickOut, "WDC-YES").await,
                "take_back" => act(&mut robot, &wave, Action::TakeBack, "WDC-YES").await,
                "assign_trip" => act(&mut robot, &trip, Action::Assign, &walker.badge).await,
                "take_over" => act(&mut robot, &trip, Action::TakeOver, "").await,
                "force_close" => {
                    assert!(act(supervisor, &trip, Action::Assign, &walker.badge).await);
                    act(&mut robot, &trip, Action::ForceClose, "1").await
                }
                "free_trip" => {
                    assert!(act(supervisor, &trip, Action::Assign, &walker.badge).await);
                    act(&mut robot, &trip, Action::Free, "WDC-YES").await
                }
                "give_trip" => {
                    robot.scan("WDC-MENU-PICK").await;
                    let (mine, colleague) = (robot.badge.clone(), walker.badge.clone());
                    for badge in [colleague, mine] {
                        robot.scan(&badge).await;
                    }
                    robot.said() == "trip-given"
                }
                "reprint" | "reprint_any" | "reopen" => {
                    assert!(act(supervisor, &trip, Action::Assign, &walker.badge).await);
                    let mut walker = walker;
                    walker.no("WDC-MENU-PICK").await;
                    for scan in [
                        "WDC-MENU-PICK",
                        "A01",
                        "2",
                        &w.text(
                            "SELECT p.code FROM place p \
                        JOIN container c ON c.place_id = p.id WHERE c.kind = 'tote' AND NOT EXISTS \
                        (SELECT 1 FROM tote_use u WHERE u.container_id = p.id) LIMIT 1",
                        )
                        .await,
                        "STAGE",
                    ] {
                        walker.ok(scan).await;
                    }
                    let tote = w
                        .text(
                            "SELECT p.code FROM tote_use u JOIN place p ON p.id = \
                            u.container_id WHERE u.freed_at IS NULL ORDER BY u.id DESC LIMIT 1",
                        )
                        .await;
                    for scan in ["WDC-MENU-PACK", "BENCH", &tote, &ean(0), &ean(0)] {
                        supervisor.ok(scan).await;
                    }
                    let sscc =
                        w.text("SELECT sscc FROM parcel ORDER BY place_id DESC LIMIT 1").await;
                    if what == "reprint_any" {
                        return act(&mut robot, &format!("00{sscc}"), Action::Reprint, "").await;
                    }
                    robot.scan("WDC-MENU-PACK").await;
                    robot.scan("BENCH").await;
                    if what == "reprint" {
                        return !robot.scan("WDC-REPRINT").await.refused();
                    }
                    robot.scan(&format!("00{sscc}")).await;
                    !robot.scan("1").await.refused() && robot.said() == "reopened"
                }
                other => panic!("{other}"),
            }
        }
    }
}

#[tokio::test]
async fn every_request_by_every_role_is_one_golden_table() {
    let w = world().await;
    let mut supervisor = w.person("SUPER", Role::Supervisor).await;
    w.sql(
        "INSERT INTO role (code, name_en, name_zh, rights) VALUES ('helper', 'h', 'h', '{pick}')",
    )
    .await;
    drop(w.person("LISTENER", Role::Picker).await);
    let actions = [
        "expedite",
        "hold",
        "let_go",
        "cancel",
        "message",
        "kick_out",
        "take_back",
        "assign_trip",
        "free_trip",
        "take_over",
        "force_close",
        "give_trip",
        "reprint",
        "reprint_any",
        "reopen",
        "split",
        "save_view",
        "change_role",
        "grant",
        "withdraw",
        "sign_off",
    ];
    let asked: Vec<&str> =
        Activity::ALL.iter().copied().map(Activity::code).chain(actions).collect();
    let mut table = format!("{:<12}", "");
    for role in Role::ALL {
        write!(table, " {:<10}", role.code()).unwrap();
    }
    for what in asked {
        write!(table, "\n{what:<12}").unwrap();
        for role in Role::ALL {
            let yes = may(&w, role, what, &mut supervisor).await;
            write!(table, " {:<10}", if yes { "yes" } else { "-" }).unwrap();
        }
    }
    let table: Vec<&str> = table.lines().map(str::trim_end).collect();
    insta::assert_snapshot!(table.join("\n"));
    w.end().await;
}

/// A role of the site's own.
async fn role(w: &World, code: &str, rights: &[&str]) {
    w.sql(&format!(
        "INSERT INTO role (code, name_en, name_zh, rights) VALUES ('{code}', '{code}', '{code}', \
         '{{{}}}')",
        rights.join(",")
    ))
    .await;
}

#[tokio::test]
async fn a_role_of_the_sites_own_may_what_it_says_and_nothing_else() {
    let w = world().await;
    role(&w, "checker", &["inquiry", "hold"]).await;
    let mut checker = w.person("C", Role::Own("checker")).await;
    assert_eq!(checker.last.page.menu.len(), 1, "one line in the menu");
    for activity in Activity::ALL {
        checker.scan(&activity.card().scan()).await;
        assert_eq!(checker.said() == "not-allowed", *activity != Activity::Inquiry, "{activity:?}");
    }
    let no = shipment(&w, "O1").await;
    assert!(act(&mut checker, &no, Action::Hold, "1").await);
    assert!(act(&mut checker, &no, Action::LetGo, "").await);
    for action in [Action::Expedite, Action::Cancel, Action::KickOut] {
        assert!(!act(&mut checker, &no, action, "WDC-YES").await, "{action:?}");
    }
    w.end().await;
}

#[tokio::test]
async fn a_right_that_is_taken_away_is_gone_at_the_next_scan() {
    let w = world().await;
    w.orders(&[("O1", &[("I0", 3)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01"] {
        p.ok(scan).await;
    }
    // The screen that P still sees would take this scan.
    w.sql("UPDATE role SET rights = array_remove(rights, 'pick') WHERE code = 'picker'").await;
    assert_eq!(p.no("3").await, "moved-on");
    assert_eq!(p.last.page.title.key, "menu-title");
    assert_eq!(p.no("WDC-MENU-PICK").await, "not-allowed");
    assert_eq!(w.number("SELECT count(*) FROM movement WHERE reason = 'pick'").await, 0);
    // And given back, the walk goes on where it stood.
    w.sql("UPDATE role SET rights = rights || '{pick}' WHERE code = 'picker'").await;
    p.scan("WDC-MENU-PICK").await;
    for scan in ["WDC-MENU-PICK", "A01", "3", "T1"] {
        p.ok(scan).await;
    }
    w.end().await;
}

#[tokio::test]
async fn an_administrator_changes_roles_on_the_screen_but_not_the_own() {
    let w = world().await;
    role(&w, "checker", &["inquiry"]).await;
    let mut checker = w.person("C", Role::Own("checker")).await;
    let mut admin = w.person("A", Role::Admin).await;
    // Rights stand in one order: the first that the role lacks is to pick.
    assert!(act(&mut admin, "checker", Action::Grant, "1").await);
    assert_eq!(checker.no("WDC-MENU-PICK").await, "moved-on");
    checker.scan("WDC-MENU-PICK").await;
    assert_ne!(checker.said(), "not-allowed");
    assert!(act(&mut admin, "checker", Action::Withdraw, "1").await);
    assert_eq!(checker.no("WDC-MENU-PICK").await, "moved-on");
    assert_eq!(checker.no("WDC-MENU-PICK").await, "not-allowed");
    assert!(act(&mut admin, "C", Action::ChangeRole, "2").await);
    assert_eq!(w.text("SELECT role FROM person WHERE code = 'C'").await, "packer");
    let rights =
        w.number("SELECT cardinality(rights)::bigint FROM role WHERE code = 'admin'").await;
    for (code, choice, answer) in [("admin", "2", rights.to_string()), ("A", "3", "1".into())] {
        admin.ok("WDC-MENU-INQUIRY").await;
        for scan in [code, choice] {
            admin.ok(scan).await;
        }
        assert_eq!(admin.no(&answer).await, "desk-own-role");
        admin.ok("WDC-BACK").await;
    }
    assert_eq!(
        w.text(
            "SELECT string_agg(DISTINCT action, ' ') FROM audit WHERE person = 'A' AND action LIKE \
             'desk-%'"
        )
        .await,
        "desk-do-change-role desk-do-grant desk-do-withdraw"
    );
    w.end().await;
}

#[tokio::test]
async fn rights_are_the_same_in_program_and_database() {
    let w = World::empty().await;
    let codes: Vec<&str> = Right::all().iter().map(Right::code).collect();
    // The check knows each of them, and no other.
    w.sql(&format!("UPDATE role SET rights = '{{{}}}' WHERE code = 'admin'", codes.join(",")))
        .await;
    assert!(w.try_sql("UPDATE role SET rights = '{fly}'").await.is_err());
    let check = w
        .text(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = \
             'role_rights_known'",
        )
        .await;
    assert_eq!(check.matches("::text").count(), codes.len(), "{check}");
    for right in Right::all() {
        let json = serde_json::to_value(right).unwrap();
        assert_eq!(json, right.code());
    }
    w.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_made_and_changed_by_commands() {
    let f = Files::of(World::new().await);
    let run = async |args: &[&str]| {
        let ran = f.run(args).await;
        (ran.code, String::from_utf8(ran.stdout).unwrap(), ran.stderr)
    };
    let set = ["role", "set", "CHECKER", "--name", "Checker", "--rights", "inquiry,hold"];
    assert_eq!(run(&set).await.0, 0);
    assert_eq!(
        run(&["role", "set", "checker", "--grant", "cancel", "--withdraw", "hold"]).await.0,
        0
    );
    assert_eq!(run(&["role", "set", "checker", "--locks-after", "15"]).await.0, 0);
    let listed = run(&["role", "list", "--json"]).await.1;
    let row: Vec<serde_json::Value> = serde_json::from_str(&listed).unwrap();
    let expected = serde_json::json!({
        "code": "checker",
        "name": "Checker",
        "name_zh": "Checker",
        "rights": "inquiry cancel",
        "locks_after_min": 15,
        "owners": null,
        "shops": null,
        "people": 0
    });
    assert_eq!(row.last(), Some(&expected));
    let (code, _, said) = run(&["role", "set", "checker", "--rights", "fly"]).await;
    assert!(code == 2 && said.contains("fly"), "{said}");
    for bad in ["system", "9lives", "a b", "拣"] {
        assert_eq!(run(&["role", "set", bad, "--rights", "pick"]).await.0, 2, "{bad}");
    }
    let (code, _, said) = run(&["user", "add", "X", "--name", "X", "--role", "flyer"]).await;
    assert!(code == 1 && said.contains("flyer") && said.contains("role list"), "{said}");
    assert_eq!(run(&["user", "add", "X", "--name", "X", "--role", "checker"]).await.0, 0);
    let (code, _, said) = run(&["role", "remove", "checker"]).await;
    assert!(code == 1 && said.contains("user set"), "{said}");
    assert_eq!(run(&["user", "set", "X", "--role", "picker"]).await.0, 0);
    assert_eq!(run(&["role", "remove", "checker"]).await.0, 0);
    assert_eq!(run(&["role", "remove", "checker"]).await.0, 1);
    // Who may not answer for stock moves none.
    let stock = f.put("stock.csv", "warehouse,place,sku,lot,qty\nDEMO,A01,I0,L1,12\n");
    let (code, _, said) = run(&["import", "stock", &stock, "--as", "X"]).await;
    assert!(code == 1 && said.contains("stock"), "{said}");
    assert!(run(&["role", "rights"]).await.1.lines().count() == Right::all().len());
    assert_eq!(
        f.w.text("SELECT after->>'code' FROM audit WHERE action = 'role_set' ORDER BY id LIMIT 1")
            .await,
        "checker"
    );
    f.w.end().await;
}
