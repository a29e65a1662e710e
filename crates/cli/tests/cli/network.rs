//! Awkward networks: a real proxy, a private certificate authority, and those that do not work.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::home::{Practice, Ran, put, run};

/// Practice AWS behind TLS, with a certificate that only the test's own authority vouches for.
struct Private {
    practice: Practice,
    port: u16,
    authority: PathBuf,
}

impl Private {
    fn start() -> Private {
        let practice = Practice::start(&["--no-limits"]);
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let leaf = leaf.signed_by(&key, &authority).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let behind = practice.ready["endpoint"]
            .as_str()
            .unwrap()
            .trim_start_matches("http://")
            .to_owned();
        let config = Arc::new(config);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, behind) = (Arc::clone(&config), behind.clone());
                // A client that hangs up is what some of these tests are about.
                std::thread::spawn(move || hand_on(stream, config, &behind));
            }
        });
        let path = practice.home().join("authority.pem");
        put(&path, authority.pem().as_bytes());
        Private {
            practice,
            port,
            authority: path,
        }
    }

    /// A refresh that goes to the private endpoint, with nothing else said about the network.
    fn refresh(&self) -> Command {
        let code = self.practice.code(self.practice.serial(0));
        let mut command = self.practice.command(&["refresh", "dev", "--force", "--code", &code]);
        command
            .env("AWS_ENDPOINT_URL", format!("https://localhost:{}", self.port))
            .env("AWS_CA_BUNDLE", &self.authority);
        command
    }

    /// The next refresh may send the same code: practice has no limits, and we forget that it was used.
    fn next_code(&self) {
        let state = self.practice.ready["env"]["XDG_STATE_HOME"].as_str().unwrap();
        fs::remove_dir_all(Path::new(state).join("mfa-tray/ledger")).unwrap();
    }
}

/// Reads one request, has practice answer it, and hands the answer back.
fn hand_on(stream: TcpStream, config: Arc<ServerConfig>, behind: &str) -> std::io::Result<()> {
    let connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
    let mut client = StreamOwned::new(connection, stream);
    let request = message(&mut client)?;
    let mut server = TcpStream::connect(behind)?;
    server.write_all(&request)?;
    client.write_all(&message(&mut server)?)?;
    client.conn.send_close_notify();
    client.flush()
}

/// A message of HTTP with its body.
fn message(stream: &mut impl std::io::Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Ok(bytes);
            }
        }
        let read = stream.read(&mut buffer)?;
        if read == 0 {
            return Ok(bytes);
        }
        bytes.extend_from_slice(&buffer[..read]);
    }
}

/// tinyproxy, as companies have one.
struct Proxy {
    child: Child,
    port: u16,
    log: PathBuf,
    _folder: tempfile::TempDir,
}

impl Proxy {
    fn start(connects_to: u16) -> Proxy {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let log = folder.path().join("log");
        let text = format!(
            "Port {port}\nListen 127.0.0.1\nTimeout 60\nAllow 127.0.0.1\nConnectPort {connects_to}\nLogFile \"{}\"\n\
             LogLevel Connect\nMaxClients 20\n",
            log.display()
        );
        let config = folder.path().join("tinyproxy.conf");
        put(&config, text.as_bytes());
        let child = Command::new("tinyproxy")
            .args(["-d", "-c"])
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("tinyproxy is installed (`cargo xtask test` does that)");
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(10), "tinyproxy does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Proxy {
            child,
            port,
            log,
            _folder: folder,
        }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// How often it was asked to connect somewhere.
    fn connected(&self) -> usize {
        fs::read_to_string(&self.log)
            .unwrap_or_default()
            .matches("CONNECT localhost")
            .count()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a proxy that does not work answers; counts nothing and ends with the test's process.
fn answering(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for mut stream in listener.incoming().flatten() {
            let mut buffer = [0; 1024];
            let _ = stream.read(&mut buffer);
            let _ = stream.write_all(answer);
            if answer.is_empty() {
                open.push(stream);
            }
        }
    });
    format!("http://127.0.0.1:{port}")
}

/// The call failed as a network does, soon, and its words hold `says`.
fn unreachable(command: &mut Command, says: &str) -> Ran {
    let start = Instant::now();
    let ran = run(command).ended(7);
    assert!(
        start.elapsed() < Duration::from_secs(13),
        "it took {:?}",
        start.elapsed()
    );
    assert!(ran.stderr.contains(says), "{ran:?}");
    ran
}

const DEAD: &str = "http://127.0.0.1:9";

#[test]
fn a_session_comes_through_the_companys_proxy_and_its_authority() {
    let private = Private::start();
    let proxy = Proxy::start(private.port);
    run(private.refresh().env("HTTPS_PROXY", proxy.url())).ended(0);
    assert!(proxy.connected() > 0, "it went another way");

    // The settings' proxy, for who has no shell's variables; the environment goes before it.
    let before = proxy.connected();
    private.practice.choose(&format!("proxy = \"{}\"\n", proxy.url()));
    private.next_code();
    run(&mut private.refresh()).ended(0);
    assert!(proxy.connected() > before, "the setting was not used");
    private
        .practice
        .choose(&format!("proxy = \"{DEAD}\"\nno_proxy = \"elsewhere.example\"\n"));
    private.next_code();
    run(private.refresh().env("https_proxy", proxy.url())).ended(0);
    private.practice.choose(&format!(
        "proxy = \"{DEAD}\"\nno_proxy = \"elsewhere.example, localhost\"\n"
    ));
    private.next_code();
    run(&mut private.refresh()).ended(0);
    let before = proxy.connected();
    private.next_code();
    run(private.refresh().env("HTTPS_PROXY", DEAD).env("NO_PROXY", "localhost")).ended(0);
    assert_eq!(proxy.connected(), before, "NO_PROXY goes around it");
}

#[test]
fn a_bundle_replaces_the_systems_authorities_and_one_that_cannot_be_read_spends_no_code() {
    let private = Private::start();
    let unknown = unreachable(private.refresh().env_remove("AWS_CA_BUNDLE"), "AWS_CA_BUNDLE");
    assert!(unknown.stderr.contains("certificate"), "{unknown:?}");
    let home = private.practice.home();
    let bundle = |name: &str, text: &[u8]| {
        let path = home.join(name);
        put(&path, text);
        path
    };
    let garbage = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for path in [
        bundle("empty.pem", b""),
        bundle("garbage.pem", garbage),
        home.join("gone.pem"),
    ] {
        let ran = run(private.refresh().env("AWS_CA_BUNDLE", &path)).ended(1);
        assert!(ran.stderr.contains(path.to_str().unwrap()), "{ran:?}");
    }
    // Beside a certificate that nobody can read stands the one that counts, and the profile names the file.
    let mixed = [&garbage[..], &fs::read(&private.authority).unwrap()].concat();
    let path = bundle("mixed.pem", &mixed);
    add_to_dev(&private.practice, &format!("ca_bundle = {}\n", path.display()));
    run(private.refresh().env_remove("AWS_CA_BUNDLE")).ended(0);
    // A bundle without the authority that is needed trusts nobody else either.
    let other = CertificateParams::new(vec!["other.example".to_owned()]).unwrap();
    let other = other.self_signed(&KeyPair::generate().unwrap()).unwrap();
    let other = bundle("other.pem", other.pem().as_bytes());
    private.next_code();
    unreachable(private.refresh().env("AWS_CA_BUNDLE", other), "certificate");
}

fn add_to_dev(practice: &Practice, lines: &str) {
    let path = practice.ready["env"]["AWS_CONFIG_FILE"].as_str().unwrap();
    let text = fs::read_to_string(path).unwrap();
    put(
        Path::new(path),
        text.replacen("[profile dev]\n", &format!("[profile dev]\n{lines}"), 1)
            .as_bytes(),
    );
}

#[test]
fn a_proxy_that_does_not_work_is_told_of_as_that() {
    let private = Private::start();
    let through = |proxy: &str, says: &str| {
        unreachable(private.refresh().env("HTTPS_PROXY", proxy), says);
    };
    through(DEAD, "proxy");
    through(
        &answering(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"),
        "407",
    );
    through(
        &answering(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
        "proxy",
    );
    through(&answering(b"<html>Wi-Fi login</html>"), "proxy");
    through(&answering(b""), "timed out");
    // None of them has seen the code.
    run(&mut private.refresh()).ended(0);
}

#[test]
fn a_proxy_with_a_password_in_the_settings_is_refused_and_not_repeated() {
    let practice = Practice::start(&[]);
    practice.choose("proxy = \"http://alice:hunter2@proxy.example:3128\"\n");
    let ran = practice.run(&["refresh", "dev", "--code", "123456"]).ended(6);
    assert!(
        ran.stderr.contains("without a password") && !ran.stderr.contains("hunter2"),
        "{ran:?}"
    );
}

/// A proxy that writes down where it should connect to, and connects nowhere.
fn recording() -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut buffer = [0; 1024];
            let read = stream.read(&mut buffer).unwrap_or(0);
            let line = String::from_utf8_lossy(&buffer[..read])
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned();
            let _ = sender.send(line);
            let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        }
    });
    (format!("http://127.0.0.1:{port}"), receiver)
}

#[test]
fn every_partition_and_variant_has_its_own_host() {
    let (proxy, asked) = recording();
    let device = |partition: &str| format!("mfa_serial = arn:{partition}:iam::111122223333:mfa/alice\n");
    let cases = [
        ("region = eu-west-1\n".to_owned(), "sts.eu-west-1.amazonaws.com"),
        (device("aws"), "sts.us-east-1.amazonaws.com"),
        (device("aws-cn"), "sts.cn-northwest-1.amazonaws.com.cn"),
        (device("aws-us-gov"), "sts.us-gov-west-1.amazonaws.com"),
        (device("aws-eusc"), "sts.eusc-de-east-1.amazonaws.eu"),
        ("region = cn-north-1\n".to_owned(), "sts.cn-north-1.amazonaws.com.cn"),
        ("region = us-iso-east-1\n".to_owned(), "sts.us-iso-east-1.c2s.ic.gov"),
        ("region = us-east-1\nuse_fips_endpoint = true\n".to_owned(), "sts-fips.us-east-1.amazonaws.com"),
        ("region = eu-west-1\nuse_dualstack_endpoint = true\n".to_owned(), "sts.eu-west-1.api.aws"),
        (
            "region = us-east-1\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true\n".to_owned(),
            "sts-fips.us-east-1.api.aws",
        ),
        ("region = us-east-1\nsts_regional_endpoints = legacy\n".to_owned(), "sts.amazonaws.com"),
        ("region = us-east-1\nsts_regional_endpoints = regional\n".to_owned(), "sts.us-east-1.amazonaws.com"),
        ("endpoint_url = https://vpce.example\n".to_owned(), "vpce.example"),
        (
            "services = s\nendpoint_url = https://vpce.example\n[services s]\nsts =\n  endpoint_url = https://own.example\n".to_owned(),
            "own.example",
        ),
        (
            "region = eu-west-1\nendpoint_url = https://vpce.example\nignore_configured_endpoint_urls = true\n".to_owned(),
            "sts.eu-west-1.amazonaws.com",
        ),
    ];
    for (lines, host) in cases {
        let serial = if lines.contains("mfa_serial") {
            ""
        } else {
            "mfa_serial = GAHT12345678\n"
        };
        let home = crate::home::Home::new(
            &format!("[profile dev]\n{serial}{lines}"),
            "[dev]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI\n",
        );
        let mut command = home.command(&["refresh", "dev", "--code", "123456"]);
        run(command.env_remove("AWS_ENDPOINT_URL").env("HTTPS_PROXY", &proxy)).ended(7);
        let line = asked.recv_timeout(Duration::from_secs(10)).unwrap();
        assert_eq!(line, format!("CONNECT {host}:443 HTTP/1.1"), "{lines}");
    }
}
