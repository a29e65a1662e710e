//! A D-Bus connection with a thread's ear on it: what this crate needs of zbus, so that its users wait and never poll.

use std::collections::HashMap;
use std::time::Duration;

use zbus::blocking::connection::Builder;
use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, MessageIterator};
use zbus::names::BusName;
use zbus::zvariant::OwnedValue;
use zbus::{MatchRule, Message};

const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// How long a service may take to answer a call. Somebody may wait for it, so it is a person's patience.
const PATIENCE: Duration = Duration::from_secs(10);

/// One of the two buses a desktop has.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bus {
    /// The person's.
    Session,
    /// The machine's.
    System,
}

/// Connects to a bus. Its address comes from where D-Bus says, the environment first.
pub(crate) fn connect(bus: Bus) -> zbus::Result<Connection> {
    let builder = match bus {
        Bus::Session => Builder::session()?,
        Bus::System => Builder::system()?,
    };
    builder.method_timeout(PATIENCE).build()
}

/// Everything that arrives on a connection from now on. It ends when the connection does.
///
/// Made before the rules are added, so that nothing they let through is missed.
pub(crate) fn ear(connection: &Connection) -> impl Iterator<Item = Message> + use<> {
    MessageIterator::from(connection).map_while(Result::ok)
}

/// Asks the bus for the signals of a rule, such as `sender='org.example',member='Changed'`.
pub(crate) fn add_rule(connection: &Connection, rule: &str) -> zbus::Result<()> {
    let rule = format!("type='signal',{rule}");
    let rule = MatchRule::try_from(rule.as_str())?;
    Ok(DBusProxy::new(connection)?.add_match_rule(rule)?)
}

/// Asks the bus to say when a service comes, goes, or is replaced. [`new_owner`] reads what it says.
pub(crate) fn watch_owner(connection: &Connection, service: &str) -> zbus::Result<()> {
    let from = "sender='org.freedesktop.DBus',interface='org.freedesktop.DBus'";
    add_rule(
        connection,
        &format!("{from},member='NameOwnerChanged',arg0='{service}'"),
    )
}

/// Whether somebody runs the service now. Asked before a call that should not make the bus start it.
pub(crate) fn is_running(connection: &Connection, service: &str) -> bool {
    let name = BusName::try_from(service).ok();
    let bus = DBusProxy::new(connection).ok();
    let answer = bus.zip(name).map(|(bus, name)| bus.name_has_owner(name));
    matches!(answer, Some(Ok(true)))
}

/// A property of an object, where it can be had and is of that type.
pub(crate) fn property<T: TryFrom<OwnedValue>>(
    connection: &Connection,
    service: &str,
    object: &str,
    interface: &str,
    name: &str,
) -> Option<T> {
    let answer = connection.call_method(Some(service), object, Some(PROPERTIES), "Get", &(interface, name));
    let value: OwnedValue = answer.ok()?.body().deserialize().ok()?;
    T::try_from(value).ok()
}

/// Asks the bus for changes of an object's properties. [`changed_properties`] reads them.
pub(crate) fn watch_properties(
    connection: &Connection,
    service: &str,
    object: &str,
    interface: &str,
) -> zbus::Result<()> {
    let from = format!("sender='{service}',path='{object}',interface='{PROPERTIES}'");
    add_rule(
        connection,
        &format!("{from},member='PropertiesChanged',arg0='{interface}'"),
    )
}

/// The properties of an interface that a message says have changed, with their values, and the names of those whose
/// values have to be asked for.
pub(crate) fn changed_properties(
    message: &Message,
    object: &str,
    interface: &str,
) -> Option<(HashMap<String, OwnedValue>, Vec<String>)> {
    let header = message.header();
    if !is_signal(message, PROPERTIES, "PropertiesChanged") || header.path().is_none_or(|path| path.as_str() != object)
    {
        return None;
    }
    let body = message.body();
    let (of, changed, to_ask): (String, HashMap<String, OwnedValue>, Vec<String>) = body.deserialize().ok()?;
    (of == interface).then_some((changed, to_ask))
}

/// Whether a message is the signal `member` of `interface`.
pub(crate) fn is_signal(message: &Message, interface: &str, member: &str) -> bool {
    let header = message.header();
    message.message_type() == zbus::message::Type::Signal
        && header.interface().is_some_and(|name| name.as_str() == interface)
        && header.member().is_some_and(|name| name.as_str() == member)
}

/// What the bus says about a service's owner: that it has one now, or none any more.
pub(crate) fn new_owner(message: &Message, service: &str) -> Option<bool> {
    if !is_signal(message, "org.freedesktop.DBus", "NameOwnerChanged") {
        return None;
    }
    let body = message.body();
    let (name, _, new): (&str, &str, &str) = body.deserialize().ok()?;
    (name == service).then_some(!new.is_empty())
}
