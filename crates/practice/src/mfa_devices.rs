//! The life of a virtual MFA device: create, enable, resync, deactivate, delete.

use data_encoding::BASE64;
use http::StatusCode;
use jiff::Timestamp;

use crate::{
    answer::{AwsError, Xml},
    check::{CODE, Check, DEVICE_NAME, PATH, SERIAL_NUMBER, USER_NAME},
    device::Device,
    iam::subject,
    picture,
    query::Parameters,
    random,
    seed::Seed,
    signature::Caller,
    state::{Principal, World},
};

/// Devices a user may have.
const DEVICES: usize = 8;

/// Makes a device that is nobody's yet. The only answer that ever holds its seed.
pub(crate) fn create(world: &mut World, caller: &Caller, parameters: &Parameters) -> Result<Xml, AwsError> {
    let mut check = Check::new(parameters);
    let name = check.required("VirtualMFADeviceName", &DEVICE_NAME);
    let path = check.optional("Path", &PATH).unwrap_or("/");
    check.finish()?;
    if !path.starts_with('/') || !path.ends_with('/') {
        return Err(AwsError::validation(
            "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
        ));
    }
    let account = world.account(&caller.principal);
    let serial = format!("arn:aws:iam::{account}:mfa{path}{name}");
    if world.devices.contains_key(&serial) {
        let message = "MFADevice entity at the same path and name already exists.";
        return Err(AwsError::conflict("EntityAlreadyExists", message));
    }
    let seed = Seed::new(random::seed()?);
    let text = seed.base32();
    let holder = world.aliases.get(&account).unwrap_or(&account);
    let png = picture::of_device(name, holder, &text).ok_or_else(AwsError::internal)?;
    world.devices.insert(serial.clone(), Device::unassigned(Some(seed)));
    let device = Xml::new()
        .text("SerialNumber", &serial)
        .text("Base32StringSeed", &BASE64.encode(text.as_bytes()))
        .text("QRCodePNG", &BASE64.encode(&png));
    Ok(Xml::new().nest("VirtualMFADevice", device))
}

/// Gives a device to a user who shows two consecutive codes of it.
pub(crate) fn enable(
    world: &mut World,
    caller: &Caller,
    parameters: &Parameters,
    now: Timestamp,
) -> Result<(), AwsError> {
    let mut check = Check::new(parameters);
    let user = check.required("UserName", &USER_NAME);
    let serial = check.required("SerialNumber", &SERIAL_NUMBER);
    let first = check.required("AuthenticationCode1", &CODE);
    let second = check.required("AuthenticationCode2", &CODE);
    check.finish()?;
    let user = subject(world, caller, Some(user))?;
    demand_mfa(world, caller, &user, "iam:EnableMFADevice")?;
    let count = world.devices_of(&user).count();
    let delay = world.options.propagation_seconds;
    let device = world
        .devices
        .get_mut(serial)
        .filter(|device| device.seed.is_some())
        .ok_or_else(|| unknown(serial))?;
    if device.assignment.is_some() {
        return Err(AwsError::conflict(
            "EntityAlreadyExists",
            "MFA device is already in use.",
        ));
    }
    if count >= DEVICES {
        let message = format!("Cannot exceed quota for MFADevicesPerUser: {DEVICES}");
        return Err(AwsError::conflict("LimitExceeded", message));
    }
    if !device.synchronise(first, second, now) {
        return Err(invalid_codes());
    }
    world.assign(serial, &user, delay, now);
    Ok(())
}

/// Learns a device's clock anew. Allowed with a long-term key even where Enable is not.
pub(crate) fn resync(
    world: &mut World,
    caller: &Caller,
    parameters: &Parameters,
    now: Timestamp,
) -> Result<(), AwsError> {
    let mut check = Check::new(parameters);
    let user = check.required("UserName", &USER_NAME);
    let serial = check.required("SerialNumber", &SERIAL_NUMBER);
    let first = check.required("AuthenticationCode1", &CODE);
    let second = check.required("AuthenticationCode2", &CODE);
    check.finish()?;
    let user = subject(world, caller, Some(user))?;
    match device_of(world, serial, &user)?.synchronise(first, second, now) {
        true => Ok(()),
        false => Err(invalid_codes()),
    }
}

/// Takes a device from its user. It keeps its seed, and sessions issued with it stay valid.
pub(crate) fn deactivate(world: &mut World, caller: &Caller, parameters: &Parameters) -> Result<(), AwsError> {
    let mut check = Check::new(parameters);
    let named = check.optional("UserName", &USER_NAME);
    let serial = check.required("SerialNumber", &SERIAL_NUMBER);
    check.finish()?;
    let user = subject(world, caller, named)?;
    demand_mfa(world, caller, &user, "iam:DeactivateMFADevice")?;
    device_of(world, serial, &user)?.assignment = None;
    Ok(())
}

/// Removes a device that is nobody's.
pub(crate) fn delete(world: &mut World, parameters: &Parameters) -> Result<(), AwsError> {
    let mut check = Check::new(parameters);
    let serial = check.required("SerialNumber", &SERIAL_NUMBER);
    check.finish()?;
    let device = world.devices.get(serial).ok_or_else(|| unknown(serial))?;
    if device.assignment.is_some() {
        return Err(AwsError::conflict(
            "DeleteConflict",
            "MFA VirtualDevice in use. Must deactivate first.",
        ));
    }
    world.devices.remove(serial);
    Ok(())
}

/// AWS-2023-001: who already has a device changes his own devices only with a session that a code was given for. Comes
/// before anything is said about the device.
fn demand_mfa(world: &World, caller: &Caller, user: &str, action: &str) -> Result<(), AwsError> {
    let own = matches!(&caller.principal, Principal::User(name) if name == user);
    match own && !caller.has_mfa() && world.devices_of(user).next().is_some() {
        true => Err(AwsError::not_authorized(
            &world.arn(&caller.principal),
            action,
            &format!("user {user}"),
        )),
        false => Ok(()),
    }
}

fn device_of<'a>(world: &'a mut World, serial: &str, user: &str) -> Result<&'a mut Device, AwsError> {
    let device = world.devices.get_mut(serial).ok_or_else(|| unknown(serial))?;
    match device.assignment.as_ref().is_some_and(|to| to.user == user) {
        true => Ok(device),
        false => Err(AwsError::no_such_entity("MFA Device invalid for user.")),
    }
}

fn unknown(serial: &str) -> AwsError {
    AwsError::no_such_entity(format!("VirtualMFADevice with serial number {serial} doesn't exist."))
}

fn invalid_codes() -> AwsError {
    let message = "Authentication code for device is not valid.";
    AwsError::new(StatusCode::FORBIDDEN, "InvalidAuthenticationCode", message)
}
