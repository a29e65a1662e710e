//! Files that break other writers, and the one edit asked of each.

use std::collections::BTreeMap;

use mfa_tray_core::ini::{Change, Document};

use crate::cases::{cases, id, say};
use crate::check::{Meaning, damage, profiles};
use crate::packed::bytes;

/// Where the edit could be made and our editor refuses it, and why.
const REFUSED: &[(&str, &str)] = &[(
    "hostile/padded-header",
    "[ mfa ] is section mfa to the SDKs and another one to the AWS CLI",
)];

const CHANGES: [Change<'static>; 3] = [
    Change::Set("aws_access_key_id", "ASIANEW"),
    Change::Set("aws_secret_access_key", "newsecret"),
    Change::Set("aws_session_token", "newtoken"),
];

#[test]
fn no_file_is_damaged() {
    let Some(cases) = cases("hostile/credentials_files.json") else {
        return;
    };
    let (mut right, mut refused, mut wrong) = (0, Vec::new(), Vec::new());
    for case in &cases {
        let (id, target) = (id(case), case["target"].as_str().unwrap());
        let expect = case["expect"].as_str().unwrap();
        let input = bytes(case, "input").unwrap();
        let document = Document::scan(input.clone()).map_err(|error| error.to_string());
        let edited = document.and_then(|document| {
            let edited = document.edited(target, &CHANGES).map_err(|error| error.to_string());
            assert_eq!(document.bytes(), input, "{id}: the document itself changed");
            edited
        });
        let listed = REFUSED.iter().find(|(name, _)| *name == id);
        match (edited, expect, listed) {
            (Ok(_), "refuse", _) => wrong.push(format!("{id}: done, and not refused")),
            (Ok(_), _, Some(_)) => wrong.push(format!("{id}: done now: take it off the list")),
            (Ok(output), _, None) => match judge(&input, &output, target) {
                Ok(()) => right += 1,
                Err(error) => wrong.push(format!("{id}: {error}")),
            },
            (Err(error), "edit", None) => wrong.push(format!("{id} ({}): refused: {error}", case["note"])),
            (Err(_), "edit", Some((_, reason))) => refused.push(format!("{id} ({reason})")),
            (Err(_), _, _) => refused.push(id.to_owned()),
        }
    }
    say(&format!(
        "hostile files: right {right}, refused {}, damage {}: {}",
        refused.len(),
        wrong.len(),
        refused.join(", ")
    ));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(right + refused.len(), cases.len());
}

fn judge(input: &[u8], output: &[u8], target: &str) -> Result<(), String> {
    if let Some(damage) = damage(input, output, target) {
        return Err(damage);
    }
    let before = profiles(None, Some(input.to_vec()))?;
    let after = profiles(None, Some(output.to_vec()))?;
    let text = |text: &str| Meaning::Text(text.to_owned());
    let new = BTreeMap::from([
        ("aws_access_key_id".to_owned(), text("ASIANEW")),
        ("aws_secret_access_key".to_owned(), text("newsecret")),
        ("aws_session_token".to_owned(), text("newtoken")),
    ]);
    let written = after.get(target).ok_or("the target is not read back")?;
    if let Some((key, _)) = new.iter().find(|(key, value)| written.get(*key) != Some(*value)) {
        return Err(format!("{key} is not read back as it was written"));
    }
    let old = before.get(target).into_iter().flatten();
    if let Some((key, _)) = old
        .filter(|(key, _)| !new.contains_key(*key))
        .find(|(key, value)| written.get(*key) != Some(*value))
    {
        return Err(format!("{key} of the target changed"));
    }
    let others = |profiles: &crate::check::Profiles| {
        let mut others = profiles.clone();
        others.remove(target);
        others
    };
    if others(&before) != others(&after) {
        return Err("another profile reads differently".to_owned());
    }
    let again = Document::scan(output.to_vec())
        .map_err(|error| error.to_string())?
        .edited(target, &CHANGES)
        .map_err(|error| error.to_string())?;
    if again != output {
        return Err("the same edit again changed the file".to_owned());
    }
    Ok(())
}
