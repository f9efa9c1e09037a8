//! Every request by every role, tried for real, as one golden table.

use crate::support::{Robot, World, ean};
use std::fmt::Write;
use wavedeck::domain::Role;
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
    if let Some(activity) = Activity::ALL.into_iter().find(|a| a.code() == what) {
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
        "sign_off",
    ];
    let asked: Vec<&str> = Activity::ALL.into_iter().map(Activity::code).chain(actions).collect();
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
