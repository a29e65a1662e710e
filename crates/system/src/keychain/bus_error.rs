//! What a Secret Service, or the bus on the way to it, says when it does not give an answer.
//!
//! Judged by kind and by D-Bus error name. Texts are for people, in any language, and are not passed on: only the name
//! is, which cannot hold a secret.

use mfa_tray_core::ports::Unavailable;
use secret_service::Error;
use zbus::{DBusError as _, fdo};

/// Says what an error of the Secret Service means.
pub(super) fn unavailable(error: Error) -> Unavailable {
    match error {
        Error::Locked => Unavailable::Locked,
        Error::Prompt => Unavailable::Denied,
        Error::Unavailable => Unavailable::NoService,
        Error::Zbus(error) => of_bus(&error),
        Error::ZbusFdo(error) => of_standard(&error),
        Error::NoResult => failed("it has no default collection"),
        Error::PromptDisconnected => failed("it went away while it asked you"),
        Error::Crypto(_) => failed("what it sent cannot be decrypted"),
        Error::Zvariant(_) => failed("its answer is not one of a Secret Service"),
        _ => failed("it gave an answer that is not known"),
    }
}

/// Says what an error of the bus means.
pub(super) fn of_bus(error: &zbus::Error) -> Unavailable {
    match error {
        // The bus itself is not there, or not any more.
        zbus::Error::Address(_)
        | zbus::Error::InputOutput(_)
        | zbus::Error::Connection(..)
        | zbus::Error::Handshake(_)
        | zbus::Error::InterfaceNotFound => Unavailable::NoService,
        zbus::Error::MethodError(name, ..) => of_name(name.as_str()),
        zbus::Error::FDO(error) => of_standard(error),
        _ => failed("the session bus gave an answer that is not known"),
    }
}

fn of_standard(error: &fdo::Error) -> Unavailable {
    match error {
        fdo::Error::ZBus(error) => of_bus(error),
        error => of_name(error.name().as_str()),
    }
}

/// The names are those of the D-Bus and the Secret Service specifications.
fn of_name(name: &str) -> Unavailable {
    let standard = name.strip_prefix("org.freedesktop.DBus.Error.").unwrap_or_default();
    match standard {
        "ServiceUnknown" | "NameHasNoOwner" | "NoServer" | "Disconnected" => Unavailable::NoService,
        "AccessDenied" | "AuthFailed" | "InteractiveAuthorizationRequired" => Unavailable::Denied,
        "Timeout" | "TimedOut" => Unavailable::TimedOut,
        // The bus could not start it.
        _ if standard.starts_with("Spawn.") => Unavailable::NoService,
        _ if name == "org.freedesktop.Secret.Error.IsLocked" => Unavailable::Locked,
        _ => Unavailable::Failed(format!("it says {name}")),
    }
}

fn failed(why: &str) -> Unavailable {
    Unavailable::Failed(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_apart_by_their_kind() {
        for (error, expected) in [
            (Error::Locked, Unavailable::Locked),
            (Error::Prompt, Unavailable::Denied),
            (Error::Unavailable, Unavailable::NoService),
            (
                Error::Zbus(zbus::Error::Address("unix:nowhere".into())),
                Unavailable::NoService,
            ),
            (
                Error::Zbus(std::io::Error::from(std::io::ErrorKind::BrokenPipe).into()),
                Unavailable::NoService,
            ),
            (
                Error::ZbusFdo(fdo::Error::ServiceUnknown(String::new())),
                Unavailable::NoService,
            ),
            (
                Error::Zbus(zbus::Error::FDO(Box::new(fdo::Error::AccessDenied(String::new())))),
                Unavailable::Denied,
            ),
            (
                Error::ZbusFdo(fdo::Error::ZBus(zbus::Error::InterfaceNotFound)),
                Unavailable::NoService,
            ),
        ] {
            let shown = format!("{error:?}");
            assert_eq!(unavailable(error), expected, "{shown}");
        }
    }

    #[test]
    fn errors_are_told_apart_by_their_name() {
        for (name, expected) in [
            ("org.freedesktop.Secret.Error.IsLocked", Unavailable::Locked),
            ("org.freedesktop.DBus.Error.NameHasNoOwner", Unavailable::NoService),
            ("org.freedesktop.DBus.Error.Spawn.ExecFailed", Unavailable::NoService),
            ("org.freedesktop.DBus.Error.AccessDenied", Unavailable::Denied),
            ("org.freedesktop.DBus.Error.TimedOut", Unavailable::TimedOut),
        ] {
            assert_eq!(of_name(name), expected, "{name}");
        }
        for name in [
            "org.freedesktop.DBus.Error.NoReply",
            "org.freedesktop.Secret.Error.NoSession",
            "org.freedesktop.Secret.Error.NoSuchObject",
        ] {
            assert_eq!(of_name(name), Unavailable::Failed(format!("it says {name}")));
        }
    }

    #[test]
    fn what_a_service_says_in_words_is_not_passed_on() {
        let error = Error::ZbusFdo(fdo::Error::Failed("the password is hunter2".into()));
        let said = unavailable(error).to_string();
        assert!(!said.contains("hunter2"), "{said}");
    }
}
