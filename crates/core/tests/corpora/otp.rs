//! One-time codes, links and exports of others, through our own reader.

use mfa_tray_core::otpauth::{self, Found, ReadError};
use mfa_tray_core::secret::ExposeSecret as _;
use mfa_tray_core::totp::{Algorithm, Seed};
use serde_json::Value;

use crate::cases::{cases, file, id, say};

/// Where we differ from the case on purpose, and why. All but these agree to the letter.
const DIFFERENT: &[(&str, &str)] = &[(
    "migration/04",
    "a colon in an export's name separates issuer and account, as it does in a link (otpauth/100)",
)];

/// Codes of other digits are read and reported as the case says, but their seed is not usable: STS takes exactly six.
const NOT_SIX: &str = "digits";

/// The hashes that only some authenticators have; their vectors and links are refused by name.
const OTHER_HASHES: [&str; 6] = ["SHA224", "SHA384", "SHA3-224", "SHA3-256", "SHA3-384", "SHA3-512"];

#[test]
fn codes() {
    let Some(file) = file("otp/otp_vectors.json") else {
        return;
    };
    let (mut right, mut refused) = (0, 0);
    for case in file["vectors"].as_array().unwrap() {
        let id = id(case);
        let hash = text(&case["algorithm"]);
        let Some(algorithm) = Algorithm::parse(hash) else {
            assert!(OTHER_HASHES.contains(&hash), "{id}: {hash}");
            refused += 1;
            continue;
        };
        let bytes = data_encoding::HEXLOWER
            .decode(text(&case["secret_hex"]).as_bytes())
            .unwrap();
        let digits = u8::try_from(case["digits"].as_u64().unwrap()).unwrap();
        let period = case["period"]
            .as_u64()
            .map_or(30, |period| u32::try_from(period).unwrap());
        let seed = Seed::new(bytes.into(), algorithm, digits, period).unwrap();
        let counter = match case["time"].as_i64() {
            // The last hours of the year 9999 are none of jiff's.
            Some(second) => jiff::Timestamp::from_second(second)
                .map_or_else(|_| second / i64::from(period), |now| seed.counter(now)),
            None => case["counter"].as_i64().unwrap(),
        };
        let code = text(&case["code"]);
        assert_eq!(seed.code(counter).unwrap().expose_secret(), code, "{id}");
        let six = seed.mfa_code(counter).map(|code| code.digits().to_owned());
        assert_eq!(six.as_deref(), (digits == 6).then_some(code), "{id}");
        let base32 = text(&case["secret_base32"]);
        assert_eq!(seed.base32().expose_secret(), base32, "{id}");
        assert!(Seed::from_base32(base32).unwrap().same_secret(&seed), "{id}");
        right += 1;
    }
    say(&format!(
        "otp/otp_vectors.json: right {right}, of a hash we refuse {refused}"
    ));
}

#[test]
fn links() {
    let Some(cases) = cases("otp/otpauth_uris.json") else {
        return;
    };
    tally("otp/otpauth_uris.json", &cases, |case| {
        let link = text(&case["uri"]);
        let found = otpauth::read(link);
        let expect = &case["expect"];
        match text(&expect["kind"]) {
            "totp" => totp(&one(found)?, expect, link),
            "unsupported" => refused(&one(found)?, text(&expect["class"])),
            // What is doubtful is usable and says so, unless it has eight digits anyway.
            "policy" | "warn" if link.contains("digits=8") => refused(&one(found)?, NOT_SIX),
            "policy" | "warn" => doubtful(&one(found)?, text(&expect["class"])),
            "error" if expect["class"] == "not-otpauth" => same(found.err(), Some(ReadError::NoSeed)),
            "error" => refused(&one(found)?, word(&expect["class"])),
            kind => panic!("unknown kind {kind}"),
        }
    });
}

#[test]
fn exports() {
    let Some(cases) = cases("otp/otpauth_migration.json") else {
        return;
    };
    tally("otp/otpauth_migration.json", &cases, |case| {
        let found = otpauth::read(text(&case["uri"]));
        let expect = &case["expect"];
        if expect["kind"] == "error" {
            let code = found.err().map(|error| error.problem().code);
            return same(code, Some(text(&expect["class"])));
        }
        let found = found.map_err(|error| error.to_string())?;
        let accounts = expect["otp"].as_array().unwrap();
        same(found.len(), accounts.len())?;
        for (found, account) in found.iter().zip(accounts) {
            exported(found, account)?;
            let of = expect["batch_size"].as_u64().unwrap();
            let part = (of > 1).then(|| (expect["batch_index"].as_u64().unwrap() + 1, of));
            same(found.part.map(|part| (part.number, part.of)), part)?;
        }
        Ok(())
    });
}

#[test]
fn an_export_of_one_secret_twice_is_one() {
    let Some(cases) = cases("otp/otpauth_migration.json") else {
        return;
    };
    let twice = cases.iter().find(|case| id(case) == "migration/02").unwrap();
    assert_eq!(otpauth::read_all([text(&twice["uri"])]).unwrap().len(), 1);
}

fn totp(found: &Found, expect: &Value, link: &str) -> Result<(), String> {
    same(found.kind.name(), "totp")?;
    same(found.issuer.as_deref(), expect["issuer"].as_str())?;
    same(found.account.as_deref().unwrap_or(""), text(&expect["account"]))?;
    same(found.algorithm.as_deref(), expect["algorithm"].as_str())?;
    same(found.digits.map(u64::from), expect["digits"].as_u64())?;
    same(found.period.map(u64::from), expect["period"].as_u64())?;
    let secret = text(&expect["secret_base32"]);
    if expect["digits"] == 6 {
        return usable(found, secret);
    }
    refused(found, NOT_SIX)?;
    // The secret was read all the same: with six digits it is the case's.
    let six = link.replace(&format!("digits={}", expect["digits"]), "digits=6");
    usable(&one(otpauth::read(&six))?, secret)
}

fn exported(found: &Found, account: &Value) -> Result<(), String> {
    let (name, issuer) = (text(&account["name"]), text(&account["issuer"]));
    let label = name.strip_prefix(&format!("{issuer}:")).unwrap_or(name);
    same(found.account.as_deref(), Some(label))?;
    same(found.issuer.as_deref().unwrap_or(""), issuer)?;
    same(found.algorithm.as_deref(), Some("SHA1"))?;
    match (account["type"].as_u64(), account["digits"].as_u64()) {
        (Some(1), _) => refused(found, "hotp"),
        (_, Some(2)) => same(found.digits, Some(8)).and(refused(found, NOT_SIX)),
        _ => usable(found, text(&account["secret_base32"])),
    }
}

/// One entry with a seed of this secret; a problem it has is only that it is not AWS's.
fn usable(found: &Found, secret: &str) -> Result<(), String> {
    let Some(seed) = &found.seed else {
        return Err(format!("not usable: {:?}", found.problem));
    };
    same(seed.base32().expose_secret(), secret)?;
    same(Some(seed.algorithm().name()), found.algorithm.as_deref())?;
    same(Some(seed.period()), found.period)?;
    let aws = found
        .issuer
        .as_deref()
        .is_none_or(|issuer| issuer == "Amazon Web Services");
    match found.problem.as_ref().map(|problem| problem.code) {
        None => same(aws, true),
        Some("other-issuer" | "issuer-mismatch") => same(aws, false),
        other => Err(format!("usable, but {other:?}")),
    }
}

fn doubtful(found: &Found, code: &str) -> Result<(), String> {
    same(found.seed.is_some(), true)?;
    same(found.problem.as_ref().map(|problem| problem.code), Some(code))
}

fn refused(found: &Found, code: &str) -> Result<(), String> {
    same(found.seed.is_some(), false)?;
    same(found.problem.as_ref().map(|problem| problem.code), Some(code))
}

/// Our word for what is wrong. Whether a number is bad or only not AWS's makes no difference to anybody.
fn word(class: &Value) -> &str {
    match text(class) {
        "bad-digits" => NOT_SIX,
        "bad-period" => "period",
        class => class,
    }
}

fn one(found: Result<Vec<Found>, ReadError>) -> Result<Found, String> {
    let mut found = found.map_err(|error| error.to_string())?;
    same(found.len(), 1)?;
    Ok(found.remove(0))
}

/// Checks every case and holds the differences against the list.
fn tally(name: &str, cases: &[Value], check: impl Fn(&Value) -> Result<(), String>) {
    let (mut agree, mut differ, mut wrong) = (0, Vec::new(), Vec::new());
    for case in cases {
        let id = id(case);
        let listed = DIFFERENT.iter().find(|(name, _)| *name == id);
        match (check(case), listed) {
            (Ok(()), None) => agree += 1,
            (Ok(()), Some(_)) => wrong.push(format!("{id} agrees now: take it off the list")),
            (Err(_), Some((_, reason))) => differ.push(format!("{id} ({reason})")),
            (Err(difference), None) => wrong.push(format!("{id} {}: {difference}", case["note"])),
        }
    }
    say(&format!(
        "{name}: agree {agree}, differ {} {}",
        differ.len(),
        differ.join(", ")
    ));
    assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
}

fn same<T: PartialEq + std::fmt::Debug>(ours: T, wanted: T) -> Result<(), String> {
    if ours == wanted {
        Ok(())
    } else {
        Err(format!("ours {ours:?}, wanted {wanted:?}"))
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
