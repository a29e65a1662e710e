//! Where secrets may be read, and that no type holding one can be serialised.

use std::collections::BTreeSet;

use crate::sources::{Source, rust};

/// The files that may read a secret, each with why.
const MAY_EXPOSE: &[(&str, &str)] = &[
    (
        "crates/cli/src/commands/console.rs",
        "`--print` prints the address that signs in, after a warning",
    ),
    (
        "crates/cli/src/commands/credentials.rs",
        "the answer to a `credential_process` line",
    ),
    (
        "crates/cli/src/commands/env.rs",
        "a shell is given the variables of a session, which is what `env` is for",
    ),
    (
        "crates/cli/src/commands/exec.rs",
        "a command is given them in its environment",
    ),
    (
        "crates/cli/src/serve/answer.rs",
        "the answer of the container-credentials endpoint",
    ),
    (
        "crates/core/src/backup.rs",
        "seeds are sealed with a passphrase, whose length is judged",
    ),
    (
        "crates/core/src/console.rs",
        "a sign-in token becomes an address, which is secret itself",
    ),
    (
        "crates/core/src/kept.rs",
        "a session is written to the keychain and read back",
    ),
    ("crates/core/src/keys/entry.rs", "so is a long-term key"),
    (
        "crates/core/src/keys/export.rs",
        "a key goes back into the credentials file",
    ),
    (
        "crates/core/src/keys/import.rs",
        "a key is read from what the person gave, and copies that hold it are found",
    ),
    (
        "crates/core/src/keys/rotate.rs",
        "a new key takes the place of the old one in the file",
    ),
    (
        "crates/core/src/account/apply.rs",
        "a new user's key becomes the text of the file that is handed over",
    ),
    (
        "crates/core/src/arrange/profile.rs",
        "the key of a new profile is written to the credentials file",
    ),
    (
        "crates/core/src/lint/sections.rs",
        "two tokens of a section are compared",
    ),
    (
        "crates/core/src/otpauth/base32.rs",
        "a seed is read and written as base32",
    ),
    ("crates/core/src/otpauth/mod.rs", "texts are read for the seeds in them"),
    (
        "crates/core/src/profile.rs",
        "a typed code goes into the request and the ledger's hash",
    ),
    (
        "crates/core/src/session.rs",
        "a session is written to the credentials file",
    ),
    ("crates/core/src/testing.rs", "a keychain for tests keeps entries"),
    ("crates/core/src/totp.rs", "codes are made of a seed"),
    (
        "crates/core/src/vault.rs",
        "a seed is written to the keychain and read back",
    ),
    (
        "crates/qr/src/ladder.rs",
        "equal texts are one, and an otpauth text ends the search",
    ),
    (
        "crates/system/src/aws/federation.rs",
        "a role's session goes to the console's sign-in",
    ),
    ("crates/system/src/aws/mod.rs", "a key signs a request"),
    (
        "crates/system/src/browser.rs",
        "a secret address is handed to the browser",
    ),
    ("crates/system/src/keychain/mod.rs", "the size of an entry is checked"),
    (
        "crates/system/src/keychain/native.rs",
        "an entry is handed to macOS or Windows",
    ),
    (
        "crates/system/src/keychain/practice.rs",
        "an entry and the token are sent to practice AWS",
    ),
    (
        "crates/system/src/keychain/secret_service.rs",
        "an entry is handed to the Secret Service",
    ),
    (
        "crates/system/src/pictures/wire.rs",
        "the child that reads pictures tells the texts through a pipe",
    ),
    (
        "src-tauri/src/picture.rs",
        "the enrolment picture, in a window of its own",
    ),
];

/// What a type must not have when a secret is inside.
const SERIALISED: &[&str] = &["Serialize", "TS", "Display"];

#[test]
fn secrets_are_read_in_a_handful_of_files() {
    let reading: BTreeSet<String> = rust()
        .into_iter()
        .filter(|source| source.product.contains(".expose_secret()"))
        .map(|source| source.path)
        .collect();
    let allowed: BTreeSet<String> = MAY_EXPOSE.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(
        reading, allowed,
        "left: the files that read secrets; right: those that may"
    );
}

#[test]
fn no_type_that_holds_a_secret_can_be_serialised() {
    let types = types(&rust());
    let holding = holding_secrets(&types);
    assert!(
        holding.len() > 2,
        "the search does not find the types that hold secrets: {holding:?}"
    );
    for index in holding {
        let Type {
            path, name, derives, ..
        } = &types[index];
        for forbidden in SERIALISED {
            assert!(
                !derives.contains(*forbidden),
                "{name} in {path} holds a secret and derives {forbidden}"
            );
        }
    }
}

#[test]
fn the_search_sees_through_types_and_files() {
    let source = |path: &str, product: &str| Source {
        path: path.to_owned(),
        product: product.to_owned(),
    };
    let types = types(&[
        source(
            "a.rs",
            "#[derive(Clone)]\npub struct Key {\n    secret: SecretString,\n}\nstruct Plain(u8);",
        ),
        source(
            "b.rs",
            "#[derive(Debug, Serialize)]\npub(crate) struct Wire {\n    key: Option<Key>,\n}",
        ),
        source(
            "c.rs",
            "#[derive(Serialize)]\nstruct Key(String);\n#[derive(Serialize)]\nstruct Fine { key: Key }",
        ),
    ]);
    let mut found: Vec<String> = holding_secrets(&types)
        .into_iter()
        .map(|index| format!("{} {}", types[index].path, types[index].name))
        .collect();
    found.sort();
    assert_eq!(found, ["a.rs Key", "b.rs Wire"]);
    assert!(
        types
            .iter()
            .any(|found| found.name == "Wire" && found.derives.contains("Serialize"))
    );
}

/// A struct or an enum, as the text has it.
struct Type {
    path: String,
    name: String,
    derives: BTreeSet<String>,
    /// The words of its body.
    words: BTreeSet<String>,
}

fn types(sources: &[Source]) -> Vec<Type> {
    let mut types = Vec::new();
    for Source { path, product } in sources {
        let mut derives = BTreeSet::new();
        let mut at = 0;
        for line in product.split_inclusive('\n') {
            let from = at;
            at += line.len();
            let line = line.trim();
            if let Some(list) = line.strip_prefix("#[derive(") {
                derives.extend(words(list));
            } else if let Some(name) = type_name(line) {
                let words = words(&without_unit_variants(body(&product[from..])));
                types.push(Type {
                    path: path.clone(),
                    name,
                    derives: std::mem::take(&mut derives),
                    words,
                });
            } else if !line.starts_with("#[") && !line.is_empty() {
                derives.clear();
            }
        }
    }
    types
}

/// A variant that holds nothing may be called like a type that does.
fn without_unit_variants(body: &str) -> String {
    let is_variant = |line: &str| {
        let name = line.trim().trim_end_matches(',');
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    body.lines()
        .filter(|line| !is_variant(line))
        .map(|line| format!("{line}\n"))
        .collect()
}

fn type_name(line: &str) -> Option<String> {
    let line = line
        .strip_prefix("pub(crate) ")
        .or(line.strip_prefix("pub "))
        .unwrap_or(line);
    let rest = line.strip_prefix("struct ").or(line.strip_prefix("enum "))?;
    Some(
        rest.split(|c: char| !c.is_alphanumeric() && c != '_')
            .next()?
            .to_owned(),
    )
}

/// From the name to the end of the braces, brackets, or line.
fn body(text: &str) -> &str {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' | '(' => depth += 1,
            '}' | ')' => {
                depth -= 1;
                // `pub(crate)` before the name closes too, but its body has not begun.
                if depth == 0 && at > text.find('\n').unwrap_or(0).min(20) {
                    return &text[..=at];
                }
            }
            ';' if depth == 0 => return &text[..at],
            _ => {}
        }
    }
    text
}

/// The types in which a secret is, at any depth. A name means the type of the same file, if that has one.
fn holding_secrets(types: &[Type]) -> BTreeSet<usize> {
    let mut holding = BTreeSet::new();
    loop {
        let before = holding.len();
        for (index, each) in types.iter().enumerate() {
            let meant = |word: &String| {
                let here: Vec<usize> = (0..types.len())
                    .filter(|&other| types[other].name == *word && types[other].path == each.path)
                    .collect();
                let anywhere = (0..types.len()).filter(|&other| types[other].name == *word);
                if here.is_empty() { anywhere.collect() } else { here }
            };
            let direct = ["SecretString", "SecretBytes", "SecretBox"]
                .iter()
                .any(|name| each.words.contains(*name));
            let inside = each.words.iter().filter(|word| **word != each.name);
            if direct || inside.flat_map(meant).any(|other| holding.contains(&other)) {
                holding.insert(index);
            }
        }
        if holding.len() == before {
            return holding;
        }
    }
}

fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .map(str::to_owned)
        .collect()
}
