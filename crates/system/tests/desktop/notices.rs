//! Notices on a service that the test is: what arrives there, and what is made of what it says.

use std::collections::HashMap;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use serde_json::json;
use zbus::blocking::Connection;
use zbus::zvariant::{DynamicType, OwnedValue};

use crate::bus::Bus;
use crate::doer::Doer;

const SERVICE: &str = "org.freedesktop.Notifications";
const OBJECT: &str = "/org/freedesktop/Notifications";
const PATIENCE: Duration = Duration::from_secs(20);

const EVERYTHING: &[&str] = &["actions", "body", "body-markup", "icon-static", "persistence"];

/// What the service was asked for.
#[derive(Debug, PartialEq)]
enum Asked {
    Notify {
        app: String,
        replaces: u32,
        title: String,
        body: String,
        actions: Vec<String>,
        urgency: u8,
        desktop_entry: String,
        expires: i32,
    },
    Close(u32),
}

struct Server {
    capabilities: Vec<String>,
    asked: Sender<Asked>,
    next: u32,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Server {
    fn get_capabilities(&self) -> Vec<String> {
        self.capabilities.clone()
    }

    #[expect(clippy::too_many_arguments, reason = "as the specification has them")]
    fn notify(
        &mut self,
        app: String,
        replaces: u32,
        _icon: String,
        title: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        expires: i32,
    ) -> u32 {
        let asked = Asked::Notify {
            app,
            replaces,
            title,
            body,
            actions,
            urgency: hints["urgency"].downcast_ref().unwrap(),
            desktop_entry: hints["desktop-entry"].downcast_ref().unwrap(),
            expires,
        };
        assert!(
            hints["category"]
                .downcast_ref::<&str>()
                .unwrap()
                .starts_with("x-mfa-tray.")
        );
        self.asked.send(asked).unwrap();
        if replaces == 0 {
            self.next += 1;
            self.next
        } else {
            replaces
        }
    }

    fn close_notification(&self, id: u32) {
        self.asked.send(Asked::Close(id)).unwrap();
    }
}

/// The service, from which its end of the connection can be pulled out.
struct Service {
    connection: Connection,
    asked: Receiver<Asked>,
}

impl Service {
    /// Starts it with ids from there on.
    fn start(bus: &Bus, capabilities: &[&str], first: u32) -> Service {
        let (sender, asked) = mpsc::channel();
        let connection = bus.connect();
        let server = Server {
            capabilities: capabilities.iter().map(|&name| name.to_owned()).collect(),
            asked: sender,
            next: first - 1,
        };
        connection.object_server().at(OBJECT, server).unwrap();
        connection.request_name(SERVICE).unwrap();
        Service { connection, asked }
    }

    #[track_caller]
    fn next(&self) -> Asked {
        self.asked.recv_timeout(PATIENCE).unwrap()
    }

    /// What it was asked to show: what it replaces, its two texts, its actions.
    #[track_caller]
    fn shown(&self) -> (u32, String, String, Vec<String>) {
        match self.next() {
            Asked::Notify {
                replaces,
                title,
                body,
                actions,
                ..
            } => (replaces, title, body, actions),
            Asked::Close(id) => panic!("{id} was closed"),
        }
    }

    fn say(&self, signal: &str, body: &(impl serde::Serialize + DynamicType)) {
        self.connection
            .emit_signal(None::<&str>, OBJECT, SERVICE, signal, body)
            .unwrap();
    }

    fn end(self) {
        self.connection.close().unwrap();
    }
}

fn doer(bus: &Bus) -> Doer {
    let mut doer = Doer::start(&[("DBUS_SESSION_BUS_ADDRESS", &bus.address())]);
    doer.ask(&json!(["notices"]));
    doer
}

#[test]
fn a_notice_is_shown_as_the_specification_wants_it() {
    let Some(bus) = Bus::start() else { return };
    let service = Service::start(&bus, EVERYTHING, 7);
    let mut doer = doer(&bus);
    doer.show("work", "work expires soon", "In ten minutes", &[("refresh", "Refresh")]);
    let texts = ["default", "MFA Tray", "refresh", "Refresh"];
    assert_eq!(
        service.next(),
        Asked::Notify {
            app: "MFA Tray".to_owned(),
            replaces: 0,
            title: "work expires soon".to_owned(),
            body: "In ten minutes".to_owned(),
            actions: texts.map(str::to_owned).to_vec(),
            urgency: 1,
            desktop_entry: "MFA Tray".to_owned(),
            expires: -1,
        }
    );
    assert_eq!(doer.ask(&json!(["has actions"])), "Some(true)");
}

#[test]
fn clicks_choices_and_closing_are_heard_with_the_slot_they_belong_to() {
    let Some(bus) = Bus::start() else { return };
    let service = Service::start(&bus, EVERYTHING, 7);
    let mut doer = doer(&bus);
    doer.show("a", "A", "", &[("refresh", "Refresh")]);
    doer.show("b", "B", "", &[]);
    assert_eq!((service.shown().0, service.shown().0), (0, 0));
    // A third notice's answer comes after those of the first two: both ids are known then.
    doer.show("c", "C", "", &[]);
    service.shown();
    doer.wait_for(&json!(["has actions"]), "Some(true)");
    service.say("ActionInvoked", &(99_u32, "default"));
    service.say("NotificationClosed", &(99_u32, 2_u32));
    service.say("ActionInvoked", &(8_u32, "default"));
    doer.expect(r#"Clicked { slot: "b", activation: None }"#);
    service.say("ActivationToken", &(7_u32, "token-1"));
    service.say("ActionInvoked", &(7_u32, "refresh"));
    doer.expect(r#"Chosen { slot: "a", action: "refresh", activation: Some("token-1") }"#);
    service.say("NotificationClosed", &(7_u32, 2_u32));
    doer.expect(r#"Closed { slot: "a" }"#);
    service.say("ActionInvoked", &(7_u32, "refresh"));
    service.say("Nonsense", &(7_u32, "refresh"));
    service.say("ActionInvoked", &("8", "default"));
    doer.expect_nothing();
    doer.show("a", "A", "", &[]);
    assert_eq!(service.shown().0, 0, "what was closed cannot be replaced");
}

#[test]
fn a_notice_takes_the_place_of_the_one_in_its_slot_until_it_is_withdrawn() {
    let Some(bus) = Bus::start() else { return };
    let service = Service::start(&bus, EVERYTHING, 7);
    let mut doer = doer(&bus);
    doer.show("a", "first", "", &[]);
    doer.show("a", "second", "", &[]);
    doer.show("b", "other", "", &[]);
    assert_eq!(service.shown().0, 0);
    assert_eq!(service.shown().0, 7);
    assert_eq!(service.shown().0, 0);
    doer.withdraw("a");
    assert_eq!(service.next(), Asked::Close(7));
    service.say("NotificationClosed", &(7_u32, 3_u32));
    doer.withdraw("a");
    doer.withdraw("never shown");
    doer.show("a", "third", "", &[]);
    assert_eq!(service.shown().0, 0);
    doer.expect_nothing();
}

#[test]
fn a_service_without_actions_or_markup_gets_neither() {
    let Some(bus) = Bus::start() else { return };
    let service = Service::start(&bus, &["body"], 1);
    let mut doer = doer(&bus);
    doer.wait_for(&json!(["has actions"]), "Some(false)");
    doer.show("a", "<A>", "R&D <b>", &[("refresh", "Refresh")]);
    assert_eq!(service.shown(), (0, "<A>".to_owned(), "R&D <b>".to_owned(), Vec::new()));
}

#[test]
fn hostile_names_are_only_text() {
    let Some(bus) = Bus::start() else { return };
    let service = Service::start(&bus, EVERYTHING, 1);
    let mut doer = doer(&bus);
    let name = "a<img src='file:///x'/>&amp;\n\r\u{0}\u{1b}[31m\u{202e}b\"";
    doer.show("a", name, name, &[("x", name)]);
    let (_, title, body, actions) = service.shown();
    assert_eq!(title, "a<img src='file:///x'/>&amp;    [31mb\"");
    assert_eq!(body, "a&lt;img src=&#39;file:///x&#39;/&gt;&amp;amp;    [31mb&quot;");
    assert_eq!(actions[2..], ["x".to_owned(), title]);
    doer.show("b", &"long ".repeat(10_000), &"<".repeat(10_000), &[]);
    let (_, title, body, _) = service.shown();
    assert_eq!(title.chars().count(), 200);
    assert_eq!(body.matches("&lt;").count(), 999);
}

#[test]
fn a_service_that_comes_late_goes_and_comes_back_as_another_is_found() {
    let Some(bus) = Bus::start() else { return };
    let mut doer = doer(&bus);
    doer.show("a", "nobody sees it", "", &[]);
    doer.expect_nothing();
    assert_eq!(doer.ask(&json!(["has actions"])), "None");
    let service = Service::start(&bus, EVERYTHING, 7);
    doer.wait_for(&json!(["has actions"]), "Some(true)");
    doer.show("a", "first", "", &[]);
    assert_eq!(service.shown().1, "first");
    doer.show("b", "second", "", &[]);
    service.shown();
    // Its answer is on the way.
    doer.expect_nothing();
    service.end();
    // They went with it.
    let (one, other) = (r#"Closed { slot: "a" }"#, r#"Closed { slot: "b" }"#);
    let heard = [doer.next_event(), doer.next_event()];
    assert!(heard == [one, other] || heard == [other, one], "{heard:?}");
    doer.wait_for(&json!(["has actions"]), "None");
    let service = Service::start(&bus, &["body"], 7);
    doer.wait_for(&json!(["has actions"]), "Some(false)");
    service.say("ActionInvoked", &(7_u32, "default"));
    doer.expect_nothing();
    doer.show("a", "third", "<", &[("x", "X")]);
    assert_eq!(service.shown(), (0, "third".to_owned(), "<".to_owned(), Vec::new()));
}

#[test]
fn without_a_bus_nothing_is_shown_and_a_bus_that_comes_back_is_found() {
    let Some(mut bus) = Bus::start() else { return };
    bus.end();
    let mut doer = doer(&bus);
    doer.show("a", "nobody sees it", "", &[]);
    doer.withdraw("a");
    doer.expect_nothing();
    bus.start_again();
    let service = Service::start(&bus, EVERYTHING, 7);
    doer.show("a", "first", "", &[]);
    assert_eq!(service.shown().1, "first");
    // Its answer is on the way.
    doer.expect_nothing();
    bus.end();
    doer.expect(r#"Closed { slot: "a" }"#);
    bus.start_again();
    let service = Service::start(&bus, EVERYTHING, 7);
    doer.show("a", "second", "", &[]);
    assert_eq!(service.shown().0, 0);
    doer.ask(&json!(["no notices"]));
    doer.wait_for(&json!(["threads"]), "");
}

#[test]
fn nobody_wakes_up_while_nothing_happens() {
    let Some(bus) = Bus::start() else { return };
    let service = Service::start(&bus, EVERYTHING, 7);
    let mut doer = doer(&bus);
    doer.show("a", "first", "", &[]);
    service.shown();
    assert_eq!(doer.awake(), Vec::<String>::new());
}
