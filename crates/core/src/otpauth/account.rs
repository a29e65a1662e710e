//! One account as a text has it, and the judgement whether this app can use it. Links and exports share it.

use super::shown::{breaks_lines, shown, turns_writing};
use super::{Found, Kind};
use crate::problem::Problem;
use crate::secret::SecretBytes;
use crate::totp::{Algorithm, LONGEST_PERIOD, Seed, SeedProblem};

/// The names AWS goes by in the codes it shows. One without any issuer is AWS's too: that is how IAM's API makes them
/// (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_VirtualMFADevice.html>, `QRCodePNG`).
const AWS: [&str; 3] = ["amazon web services", "amazon", "aws"];
/// STS's `TokenCode` has exactly six digits.
const STS_DIGITS: u32 = 6;

/// What the text says, defaults filled in.
pub(super) struct Account {
    pub(super) kind: Kind,
    pub(super) label: Label,
    /// The issuer that is stated on its own.
    pub(super) issuer: Option<String>,
    /// `None`: the text names none that has a name.
    pub(super) algorithm: Option<String>,
    /// `None`: what stands there is no such number.
    pub(super) digits: Option<u32>,
    pub(super) period: Option<u32>,
    pub(super) secret: Result<SecretBytes, SeedProblem>,
    /// What the reader of the text found wrong with it already.
    pub(super) flaw: Option<Problem>,
}

impl Account {
    /// What a person would read.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let texts = [&self.issuer, &self.label.issuer, &self.label.account];
        texts.into_iter().filter_map(|text| text.as_deref())
    }
}

/// The name an account is shown under: `Issuer:account`, or the account alone.
#[derive(Default)]
pub(super) struct Label {
    pub(super) issuer: Option<String>,
    pub(super) account: Option<String>,
}

impl Label {
    /// Spaces around either half mean nothing; an empty half is none.
    pub(super) fn new(issuer: &str, account: &str) -> Label {
        Label {
            issuer: filled(issuer),
            account: filled(account),
        }
    }

    /// Splits at the first colon.
    pub(super) fn parse(text: &str) -> Label {
        let (issuer, account) = text.split_once(':').unwrap_or(("", text));
        Label::new(issuer, account)
    }
}

/// `text` without the spaces around it, or none if nothing is left. Line ends stay, to be found out.
pub(super) fn filled(text: &str) -> Option<String> {
    Some(text.trim_matches(' '))
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// Makes a seed of the account, or says why not.
pub(super) fn judge(mut account: Account) -> Found {
    let flaw = account.flaw.take();
    let refusal = unusable(&account.kind).or(flaw).or_else(|| tampered(&account));
    let caution = caution(&account);
    let seed = match refusal {
        Some(problem) => Err(problem),
        None => make(
            account.secret,
            account.algorithm.as_deref(),
            account.digits,
            account.period,
        ),
    };
    let (seed, problem) = match seed {
        Ok(seed) => (Some(seed), caution),
        Err(problem) => (None, Some(problem)),
    };
    let issuer = account.issuer.or(account.label.issuer);
    Found {
        kind: account.kind,
        issuer: issuer.as_deref().map(shown),
        account: account.label.account.as_deref().map(shown),
        algorithm: account.algorithm.map(|name| match Algorithm::parse(&name) {
            Some(known) => known.name().to_owned(),
            None => shown(&name.to_uppercase()),
        }),
        digits: account.digits,
        period: account.period,
        seed,
        problem,
        part: None,
    }
}

fn unusable(kind: &Kind) -> Option<Problem> {
    match kind {
        Kind::Totp => None,
        Kind::Hotp => Some(Problem::new(
            "hotp",
            "its codes are counted (HOTP), and AWS's go by the clock (TOTP)",
            "use the code that AWS showed when the device was made",
        )),
        Kind::Other(name) => Some(Problem::new(
            "type",
            format!("its codes are of the type “{name}”, and AWS's of the type “totp”"),
            "use the code that AWS showed when the device was made",
        )),
    }
}

/// A line break must never reach a file of AWS's, whose lines mean something.
fn tampered(account: &Account) -> Option<Problem> {
    account.texts().any(breaks_lines).then(|| {
        Problem::new(
            "control-character",
            "there are line breaks or other control characters in its name",
            "AWS makes no such names: this code is somebody else's, or has been tampered with",
        )
    })
}

fn make(
    secret: Result<SecretBytes, SeedProblem>,
    algorithm: Option<&str>,
    digits: Option<u32>,
    period: Option<u32>,
) -> Result<Seed, Problem> {
    let secret = secret.map_err(|problem| problem.problem())?;
    let algorithm = algorithm.and_then(Algorithm::parse).ok_or_else(|| {
        let named = algorithm.map(shown).unwrap_or_default();
        Problem::new(
            "algorithm",
            format!("its algorithm “{named}” is none of SHA1, SHA256 and SHA512"),
            "AWS's devices have SHA1: is this the right one?",
        )
    })?;
    if digits != Some(STS_DIGITS) {
        let has = digits.map_or("no sensible number of".to_owned(), |digits| digits.to_string());
        return Err(Problem::new(
            "digits",
            format!("its codes have {has} digits, and STS takes exactly six"),
            "AWS's devices have six digits: is this the right one?",
        ));
    }
    let period = period.ok_or_else(|| {
        Problem::new(
            "period",
            format!("how long it shows a code is no number of seconds from 1 to {LONGEST_PERIOD}"),
            "AWS's devices have 30 s: is this the right one?",
        )
    })?;
    Seed::new(secret, algorithm, 6, period).map_err(|problem| problem.problem())
}

/// What a person should know before a seed is kept that could be.
fn caution(account: &Account) -> Option<Problem> {
    let stated = account.issuer.as_deref();
    let label = account.label.issuer.as_deref();
    let hint = "is this the right code? One that is not AWS's gives codes that AWS refuses";
    if account.texts().any(|text| text.contains(turns_writing)) {
        return Some(Problem::new(
            "bidi-control",
            "there are characters in its name that change the direction of writing, so that it could look like another",
            hint,
        ));
    }
    if let (Some(stated), Some(label)) = (stated, label)
        && stated != label
        && !(is_aws(stated) && is_aws(label))
    {
        return Some(Problem::new(
            "issuer-mismatch",
            format!(
                "its label says it is from “{}”, and it says it is from “{}”",
                shown(label),
                shown(stated)
            ),
            hint,
        ));
    }
    let issuer = stated.or(label).filter(|issuer| !is_aws(issuer))?;
    Some(Problem::new(
        "other-issuer",
        format!("it is from “{}”, not from AWS", shown(issuer)),
        hint,
    ))
}

fn is_aws(issuer: &str) -> bool {
    AWS.iter().any(|name| issuer.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Account {
        Account {
            kind: Kind::Totp,
            label: Label::parse("Amazon Web Services:user@111122223333"),
            issuer: Some("Amazon Web Services".to_owned()),
            algorithm: Some("SHA1".to_owned()),
            digits: Some(6),
            period: Some(30),
            secret: Ok(vec![7; 40].into()),
            flaw: None,
        }
    }

    /// The code of the problem, and whether the account can be used all the same.
    fn check(change: impl Fn(&mut Account), wanted: (Option<&str>, bool)) {
        let mut account = account();
        change(&mut account);
        let found = judge(account);
        let code = found.problem.as_ref().map(|problem| problem.code);
        assert_eq!((code, found.seed.is_some()), wanted, "{found:?}");
    }

    #[test]
    fn awss_own_is_good_under_all_its_names() {
        for name in ["Amazon Web Services", "AMAZON WEB SERVICES", "aws", "Amazon"] {
            check(|account| account.issuer = Some(name.to_owned()), (None, true));
            check(|account| account.label.issuer = Some(name.to_owned()), (None, true));
        }
        let nameless = |account: &mut Account| {
            account.issuer = None;
            account.label = Label::default();
        };
        check(nameless, (None, true));
    }

    #[test]
    fn doubts_leave_it_usable() {
        let other = |account: &mut Account| {
            account.issuer = Some("GitHub".to_owned());
            account.label.issuer = None;
        };
        check(other, (Some("other-issuer"), true));
        let mismatch = |account: &mut Account| account.issuer = Some("GitHub".to_owned());
        check(mismatch, (Some("issuer-mismatch"), true));
        let turned = |account: &mut Account| account.label.account = Some("\u{202e}eve".to_owned());
        check(turned, (Some("bidi-control"), true));
    }

    #[test]
    fn what_aws_cannot_have_is_refused() {
        check(|account| account.kind = Kind::Hotp, (Some("hotp"), false));
        check(
            |account| account.kind = Kind::Other("steam".to_owned()),
            (Some("type"), false),
        );
        check(
            |account| account.algorithm = Some("MD5".to_owned()),
            (Some("algorithm"), false),
        );
        check(|account| account.algorithm = None, (Some("algorithm"), false));
        check(|account| account.digits = Some(8), (Some("digits"), false));
        check(|account| account.digits = None, (Some("digits"), false));
        check(|account| account.period = Some(0), (Some("period"), false));
        check(|account| account.period = Some(86_401), (Some("period"), false));
        check(|account| account.period = None, (Some("period"), false));
        check(
            |account| account.secret = Err(SeedProblem::Empty),
            (Some("no-secret"), false),
        );
        check(
            |account| account.secret = Err(SeedProblem::Incomplete),
            (Some("bad-secret"), false),
        );
        let broken = |account: &mut Account| account.label.account = Some("a\n[default]".to_owned());
        check(broken, (Some("control-character"), false));
        let separator = |account: &mut Account| account.issuer = Some("a\u{2028}b".to_owned());
        check(separator, (Some("control-character"), false));
    }

    #[test]
    fn other_parameters_that_make_sense_are_honoured() {
        let sha512 = |account: &mut Account| {
            account.algorithm = Some("sha-512".to_owned());
            account.period = Some(60);
        };
        check(sha512, (None, true));
        let mut other = account();
        sha512(&mut other);
        let found = judge(other);
        assert_eq!(found.algorithm.as_deref(), Some("SHA512"));
        let seed = found.seed.unwrap();
        assert_eq!((seed.algorithm(), seed.period()), (Algorithm::Sha512, 60));
    }

    #[test]
    fn labels_are_split_at_their_first_colon() {
        let check = |text: &str, issuer: Option<&str>, account: Option<&str>| {
            let label = Label::parse(text);
            assert_eq!(
                (label.issuer.as_deref(), label.account.as_deref()),
                (issuer, account),
                "{text:?}"
            );
        };
        check("Example:alice", Some("Example"), Some("alice"));
        check("Example :  alice ", Some("Example"), Some("alice"));
        check("alice", None, Some("alice"));
        check(":alice", None, Some("alice"));
        check("a:b:c", Some("a"), Some("b:c"));
        check("", None, None);
    }
}
