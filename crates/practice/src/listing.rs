//! IAM's lists, page by page.

use crate::{
    answer::{AwsError, Xml},
    check::{Check, MARKER, USER_NAME},
    iam::subject,
    query::Parameters,
    signature::Caller,
    state::{Principal, World},
    time::iso,
};

/// Items on a page when the caller names no number.
const PAGE: u64 = 100;

pub(crate) fn mfa_devices(world: &World, caller: &Caller, parameters: &Parameters) -> Result<Xml, AwsError> {
    let mut check = Check::new(parameters);
    let named = check.optional("UserName", &USER_NAME);
    let page = Page::read(&mut check);
    check.finish()?;
    let user = subject(world, caller, named)?;
    let devices = world.devices_of(&user).map(|(serial, to)| {
        Xml::new()
            .text("UserName", &user)
            .text("SerialNumber", serial)
            .text("EnableDate", &iso(to.since))
    });
    page.of("MFADevices", devices.collect())
}

/// Lists the account's virtual devices, without their seeds: those are told once.
pub(crate) fn virtual_mfa_devices(world: &World, caller: &Caller, parameters: &Parameters) -> Result<Xml, AwsError> {
    let mut check = Check::new(parameters);
    let wanted = check.one_of("AssignmentStatus", &["Assigned", "Unassigned", "Any"]);
    let page = Page::read(&mut check);
    check.finish()?;
    let own = format!("arn:aws:iam::{}:mfa/", world.account(&caller.principal));
    let devices = world.devices.iter().filter(|(serial, device)| {
        let right = match wanted {
            Some("Assigned") => device.assignment.is_some(),
            Some("Unassigned") => device.assignment.is_none(),
            _ => true,
        };
        serial.starts_with(&own) && right
    });
    let devices = devices.map(|(serial, device)| {
        let xml = Xml::new().text("SerialNumber", serial);
        let Some(to) = &device.assignment else {
            return xml;
        };
        let principal = Principal::User(to.user.clone());
        let created = world
            .users
            .get(&to.user)
            .map(|user| iso(user.created))
            .unwrap_or_default();
        let user = Xml::new()
            .text("Path", "/")
            .text("UserName", &to.user)
            .text("UserId", &world.unique_id(&principal))
            .text("Arn", &world.arn(&principal))
            .text("CreateDate", &created);
        xml.text("EnableDate", &iso(to.since)).nest("User", user)
    });
    page.of("VirtualMFADevices", devices.collect())
}

pub(crate) fn access_keys(world: &World, caller: &Caller, parameters: &Parameters) -> Result<Xml, AwsError> {
    let mut check = Check::new(parameters);
    let named = check.optional("UserName", &USER_NAME);
    let page = Page::read(&mut check);
    check.finish()?;
    let user = subject(world, caller, named)?;
    let keys = world.keys.iter().filter(|(_, key)| key.user == user).map(|(id, key)| {
        Xml::new()
            .text("UserName", &user)
            .text("AccessKeyId", id)
            .text("Status", if key.active { "Active" } else { "Inactive" })
            .text("CreateDate", &iso(key.created))
    });
    page.of("AccessKeyMetadata", keys.collect())
}

/// The part of a list a caller asked for.
pub(crate) struct Page<'a> {
    items: u64,
    marker: Option<&'a str>,
}

impl<'a> Page<'a> {
    pub(crate) fn read(check: &mut Check<'a>) -> Self {
        Self {
            items: check.number("MaxItems", 1..=1000).unwrap_or(PAGE),
            marker: check.optional("Marker", &MARKER),
        }
    }

    /// Cuts the page out of the list. The marker is the place where the next one starts.
    pub(crate) fn of(&self, name: &str, items: Vec<Xml>) -> Result<Xml, AwsError> {
        let start = match self.marker.map(str::parse::<usize>) {
            None => 0,
            Some(Ok(start)) if start <= items.len() => start,
            Some(_) => return Err(AwsError::validation("Invalid Marker.")),
        };
        let count = usize::try_from(self.items).unwrap_or(usize::MAX);
        let left = items.len() - start;
        let xml = Xml::new().list(name, items.into_iter().skip(start).take(count));
        Ok(match left > count {
            true => xml
                .text("IsTruncated", "true")
                .text("Marker", &(start + count).to_string()),
            false => xml.text("IsTruncated", "false"),
        })
    }
}
