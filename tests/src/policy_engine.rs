//! A public IAM policy engine, to agree or disagree with our policies.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::built;

/// What is judged.
#[derive(Debug, Clone)]
pub struct Request {
    /// Policy documents.
    pub policies: Vec<Value>,
    /// The name of the user who asks.
    pub user: String,
    /// `aws`, `aws-cn`, …
    pub partition: String,
    /// Twelve digits.
    pub account: String,
    /// As policies name it.
    pub action: String,
    /// An ARN, or `*`.
    pub resource: String,
    /// Condition keys and values, beside the user's name.
    pub context: BTreeMap<String, String>,
}

/// Says of each request whether it is allowed.
pub fn judge(requests: &[Request]) -> Result<Vec<bool>> {
    let folder = built::repository().join("tests").join("engine");
    ensure!(
        folder.join("node_modules").is_dir(),
        "the policy engine is missing: run `cargo xtask test`, which installs it"
    );
    let mut lines = String::new();
    for request in requests {
        let mut context = request.context.clone();
        context.insert("aws:username".to_owned(), request.user.clone());
        let line = json!({
            "policies": request.policies,
            "principal": format!("arn:{}:iam::{}:user/{}", request.partition, request.account, request.user),
            "action": request.action,
            "resource": request.resource,
            "account": request.account,
            "context": context,
        });
        lines.push_str(&format!("{line}\n"));
    }
    let mut child = Command::new("node")
        .arg("evaluate.js")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("the policy engine needs Node")?;
    let mut stdin = child.stdin.take().context("no standard input")?;
    // Written beside the reading: either side would wait for the other once a pipe is full.
    let writing = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let out = child.wait_with_output()?;
    writing.join().ok().context("nothing could be asked")??;
    let text = String::from_utf8(out.stdout)?;
    let answers: Vec<&str> = text.lines().collect();
    ensure!(
        answers.len() == requests.len(),
        "{} answers to {} requests",
        answers.len(),
        requests.len()
    );
    answers
        .iter()
        .zip(requests)
        .map(|(answer, request)| read(answer, request))
        .collect()
}

fn read(answer: &str, request: &Request) -> Result<bool> {
    let answer: Value = serde_json::from_str(answer)?;
    match answer["result"].as_str() {
        Some("Allowed") => Ok(true),
        Some("ExplicitlyDenied" | "ImplicitlyDenied") => Ok(false),
        _ => anyhow::bail!(
            "the engine does not understand {} on {}: {answer}",
            request.action,
            request.resource
        ),
    }
}
