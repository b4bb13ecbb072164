//! A real OpenSSH server and client: refused in the platforms' words before MFA, let in after enrolment and a new certificate.
#![cfg(unix)]
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use support::openssh::{Server, with_config};
use support::platform::{ADA, ADA_TOKEN, ALAN, Platform, Who};
use support::{Fob, Ran};

/// The server's name in the person's configuration.
const HOST: &str = "ssh.sandbox.example";

/// A person with an account at the sandbox, a server that trusts the sandbox, and a configuration of OpenSSH.
struct Desk {
    platform: Platform,
    fob: Fob,
    server: Server,
}

impl Desk {
    fn new() -> Self {
        Self::of(|platform, fob| {
            let args = [&connecting(platform)[..], &["--token-stdin"]].concat();
            let signed_in = fob.json(&args, ADA_TOKEN);
            assert_eq!(signed_in["account"]["email"], ADA);
        })
    }

    /// Of somebody who signs in in the browser, with a password alone.
    fn browsing(who: Who) -> Self {
        Self::of(|platform, fob| {
            let args = connecting(platform);
            let signed_in = platform.browse_as(who, fob, &args, String::new);
            assert_eq!(signed_in["account"]["email"], who.email);
        })
    }

    fn of(connect: impl FnOnce(&Platform, &Fob)) -> Self {
        let (platform, fob) = (Platform::start(), Fob::with_vault());
        connect(&platform, &fob);
        fob.run(&["ssh", "refresh"], "").ends(0);
        let authorities = platform.page("/ssh/authority");
        let authorities: Value = serde_json::from_str(&authorities).expect("JSON");
        let authority = authorities["authorities"][0].as_str().expect("a key");
        let certificate = kept(&fob);
        let server = Server::start(authority, certificate["user"].as_str().expect("a user"));
        let desk = Self {
            platform,
            fob,
            server,
        };
        fs::create_dir(desk.ssh_folder()).expect("made");
        fs::write(desk.config(), desk.server.client_config(HOST)).expect("written");
        desk
    }

    fn ssh_folder(&self) -> PathBuf {
        self.fob.file(".ssh")
    }

    fn config(&self) -> PathBuf {
        self.ssh_folder().join("config")
    }

    fn ssh(&self) -> Ran {
        let mut ssh = Command::new("ssh");
        ssh.arg("-F")
            .arg(self.config())
            .args([HOST, "echo hello from $SSH_ORIGINAL_COMMAND"]);
        with_config(&self.config(), ssh)
    }

    fn clone_project(&self, to: &str) -> (Ran, PathBuf) {
        let to = self.fob.file(to);
        let mut git = Command::new("git");
        git.args(["clone", "-q", &format!("ssh://{HOST}/project.git")])
            .arg(&to);
        (with_config(&self.config(), git), to)
    }

    #[track_caller]
    fn is_let_in(&self, clone: &str) {
        let ran = self.ssh();
        assert_eq!(ran.code, 0, "ssh: {}\n{}", ran.stderr, self.server.log());
        assert!(ran.stdout.starts_with("hello from echo"), "{}", ran.stdout);
        let (ran, project) = self.clone_project(clone);
        assert_eq!(ran.code, 0, "git: {}\n{}", ran.stderr, self.server.log());
        let read = fs::read_to_string(project.join("README.md")).expect("the project");
        assert_eq!(read, "the project\n");
    }

    /// What ssh and git say when they are refused for `amr`.
    #[track_caller]
    fn is_refused(&self, amr: &str, detail: &str) -> [String; 2] {
        let user = kept(&self.fob)["user"].as_str().expect("a user").to_owned();
        let words = format!(
            "Error: Access denied\nService: abcdefg123456-main-bvxea6i--app\nUser: Ada Lovelace ({user})\n\
             Parameters: {{\"amr\":[{amr}]}}\nDetail: Additional authentication is required:\n{detail}"
        );
        let ssh = self.ssh();
        let (git, _) = self.clone_project("refused");
        assert_eq!(
            (ssh.code, git.code),
            (255, 128),
            "{}\n{}",
            ssh.stderr,
            git.stderr
        );
        for said in [&ssh.stderr, &git.stderr] {
            assert!(said.contains(&words), "{said}\n{}", self.server.log());
        }
        [ssh.stderr, git.stderr]
    }

    /// Signs in again with MFA.
    fn renew(&self) {
        self.platform.renew(&self.fob, &next_code(&self.fob));
    }
}

/// Connects an account of the platform, whose certificate is for [`HOST`].
fn connecting(platform: &Platform) -> [&str; 10] {
    let url = platform.url();
    [
        "account",
        "sign-in",
        "--api",
        url,
        "--auth",
        url,
        "--client-id",
        "deskfob",
        "--ssh-host",
        HOST,
    ]
}

/// What the certificate that Deskfob keeps says.
#[track_caller]
fn kept(fob: &Fob) -> Value {
    let inspected = fob.bare(&["ssh", "inspect", "--json"], "").ends(0).json();
    let certificates = inspected["certificates"].as_array().expect("certificates");
    assert_eq!(certificates.len(), 1, "{inspected}");
    certificates[0]["certificate"].clone()
}

fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).expect("there").permissions())
        & 0o777
}

#[test]
fn ssh_and_git_are_refused_before_mfa_and_let_in_after() {
    let desk = Desk::new();
    let Desk { fob, server, .. } = &desk;

    // OpenSSH is told on the person's word only, and by lines that can be taken out again.
    let own = fs::read(desk.config()).expect("read");
    let before = desk.ssh();
    assert_eq!(before.code, 255, "nobody told OpenSSH: {}", before.stderr);
    fob.bare(&["ssh", "config", "--add"], "").ends(2);
    assert_eq!(fs::read(desk.config()).expect("read"), own);
    // A new certificate would be as unknown to it as the one there is.
    let found = fob.json(&["doctor"], &before.stderr);
    assert_eq!(found["facts"]["openssh_told"]["value"], false, "{found}");
    let finding = &found["findings"][0];
    assert_eq!(remedies(finding), ["tell_openssh"], "{found}");
    assert_eq!(
        finding["steps"][0]["command"],
        format!("fob ssh config --add {ADA}")
    );
    let told = fob
        .bare(&["ssh", "config", "--add", "--yes", "--json"], "")
        .ends(0)
        .json();
    assert_eq!(told["configured"], true);
    desk.is_let_in("open");

    server.demand("mfa");
    let mfa = "\t - Multi-factor authentication (MFA)\n";
    for said in desk.is_refused("\"mfa\"", mfa) {
        let found = doctor(fob, &said);
        assert_eq!(found["codes_help"], true, "{found}");
        assert_eq!(remedies(&found), ["enrol", "sign_in", "new_certificate"]);
    }

    // The platforms' command line names an earlier certificate further down: the first one counts.
    let earlier = kept_file(fob);
    for suffix in ["", "-cert.pub"] {
        let from = format!("{}{suffix}", earlier.display());
        let to = fob.file(&format!("earlier{suffix}"));
        fs::copy(from, to).expect("copied");
    }
    let theirs = format!(
        "Host {HOST}\n    CertificateFile {0}-cert.pub\n    IdentityFile {0}\n",
        fob.file("earlier").display()
    );
    let config = fs::read_to_string(desk.config()).expect("read");
    fs::write(desk.config(), format!("{config}{theirs}")).expect("written");

    fob.run(&["enrol"], "").ends(0);
    // Turning MFA on changes no session and no certificate.
    desk.is_refused("\"mfa\"", mfa);
    assert_eq!(kept(fob)["mfa"], false);

    desk.renew();
    let refreshed = fob.json(&["ssh", "refresh"], "");
    assert_eq!(
        (
            &refreshed["mfa"],
            &refreshed["state"],
            &refreshed["configured"]
        ),
        (&json!(true), &json!("valid"), &json!(true))
    );
    let now = kept(fob);
    assert_eq!(
        (&now["mfa"], &now["signed"]),
        (&json!(true), &json!("known")),
        "{now}"
    );
    desk.is_let_in("after");

    // A code is no single sign-on.
    server.demand("sso:acme");
    for said in desk.is_refused(
        "\"sso:acme\"",
        "\t - Single sign-on (SSO), provider: \"acme\"\n",
    ) {
        let found = doctor(fob, &said);
        assert_eq!(
            found["codes_help"], false,
            "no code of this app helps: {found}"
        );
        assert_eq!(remedies(&found), ["sign_in", "new_certificate"]);
    }
    server.demand("mfa sso:acme");
    desk.is_refused(
        "\"sso:acme\"",
        "\t - Single sign-on (SSO), provider: \"acme\"\n",
    );

    // For the owner alone, and no temporary file left.
    let key = kept_file(fob);
    assert_eq!(mode(&key), 0o600);
    assert_eq!(mode(key.parent().expect("a folder")), 0o700);
    let printed = fob.printed();
    let secret = fs::read_to_string(&key).expect("read");
    support::remember_secret(&secret);
    for line in secret.lines().filter(|line| !line.starts_with("-----")) {
        assert!(!printed.contains(line), "the private key was printed");
    }

    fob.bare(&["ssh", "config", "--remove", "--yes"], "")
        .ends(0);
    assert_eq!(
        fs::read_to_string(desk.config()).expect("read"),
        format!("{}{theirs}", String::from_utf8(own).expect("text"))
    );
    fob.run(&["account", "sign-out"], "").ends(0);
    assert!(!key.exists(), "signing out takes the key away");
}

#[test]
fn a_new_session_with_mfa_gets_its_certificate_by_itself() {
    let desk = Desk::new();
    let Desk { fob, server, .. } = &desk;
    fob.bare(&["ssh", "config", "--add", "--yes"], "").ends(0);
    server.demand("mfa");
    fob.run(&["enrol"], "").ends(0);
    desk.renew();
    desk.is_let_in("after");
    let due = fob
        .bare(&["ssh", "refresh", "--if-due", "--json"], "")
        .ends(0)
        .json();
    assert_eq!(
        due["refreshed"], false,
        "without the vault, as it is not due"
    );
}

/// What the doctor prints to be run is enough: the session that the certificate is made from is Deskfob's own.
#[test]
fn the_printed_commands_lead_through_single_sign_on() {
    let desk = Desk::browsing(ALAN);
    let Desk {
        fob,
        server,
        platform,
    } = &desk;
    fob.bare(&["ssh", "config", "--add", "--yes"], "").ends(0);
    desk.is_let_in("open");
    server.demand("sso:acme");
    let [said, _] = desk.is_refused(
        "\"sso:acme\"",
        "\t - Single sign-on (SSO), provider: \"acme\"\n",
    );
    let found = fob.json(&["doctor"], &said);
    let steps = found["findings"][0]["steps"].as_array().expect("steps");
    let commands: Vec<&str> = steps
        .iter()
        .map(|step| step["command"].as_str().expect("a command"))
        .collect();
    assert_eq!(
        commands,
        [
            "fob account renew alan@acme.example --method sso:acme",
            "fob ssh refresh alan@acme.example",
        ]
    );
    for command in commands {
        let args: Vec<&str> = command.split(' ').skip(1).collect();
        if args[0] == "account" {
            platform.browse_as(ALAN, fob, &args, String::new);
        } else {
            fob.run(&args, "").ends(0);
        }
    }
    let amr = kept(fob)["amr"].clone();
    let methods = amr.as_array().expect("methods");
    assert!(methods.contains(&json!("sso:acme")), "{amr}");
    desk.is_let_in("after");
}

#[test]
fn enrolling_and_signing_in_again_is_one_command() {
    let desk = Desk::new();
    let Desk {
        fob,
        server,
        platform,
    } = &desk;
    fob.bare(&["ssh", "config", "--add", "--yes"], "").ends(0);
    server.demand("mfa");
    let enrolled = platform.browse(fob, &["enrol", "--renew"], || next_code(fob));
    assert_eq!(enrolled["outcome"], "enrolled");
    assert_eq!(
        enrolled["session"],
        json!({"outcome": "renewed", "error": null})
    );
    assert_eq!(
        enrolled["ssh"],
        json!({"outcome": "refreshed", "error": null})
    );
    assert_eq!(enrolled["account"]["session_has_mfa"], true);
    assert_eq!(kept(fob)["mfa"], true);
    desk.is_let_in("at once");
}

#[test]
fn the_certificate_is_left_alone_where_that_is_wanted() {
    let desk = Desk::new();
    let args = ["enrol", "--renew", "--no-ssh"];
    let enrolled = desk
        .platform
        .browse(&desk.fob, &args, || next_code(&desk.fob));
    assert_eq!(enrolled["session"]["outcome"], "renewed");
    assert_eq!(
        enrolled["ssh"],
        json!({"outcome": "left_out", "error": null})
    );
    assert_eq!(kept(&desk.fob)["mfa"], false, "the earlier one");
}

/// The code of the vault's one entry that was not used yet.
fn next_code(fob: &Fob) -> String {
    let codes = fob.run(&["code", "--next", "--json"], "").ends(0).json();
    codes["codes"][0]["next"]
        .as_str()
        .expect("a code")
        .to_owned()
}

/// What the doctor makes of what ssh or git said, without asking anybody.
#[track_caller]
fn doctor(fob: &Fob, said: &str) -> Value {
    let read = fob
        .bare(&["doctor", "--offline", "-", "--json"], said)
        .ends(0)
        .json();
    let findings = read["findings"].as_array().expect("findings");
    assert_eq!(findings.len(), 1, "{read}");
    assert_eq!(findings[0]["symptom"], "ssh_authentication", "{read}");
    findings[0].clone()
}

/// What it names to be done, in its order.
fn remedies(finding: &Value) -> Vec<&str> {
    let steps = finding["steps"].as_array().expect("steps");
    steps
        .iter()
        .map(|step| step["remedy"].as_str().expect("a remedy"))
        .collect()
}

/// The private key that Deskfob keeps.
fn kept_file(fob: &Fob) -> PathBuf {
    let inspected = fob.bare(&["ssh", "inspect", "--json"], "").ends(0).json();
    let file = inspected["certificates"][0]["file"]
        .as_str()
        .expect("a file");
    file.strip_suffix("-cert.pub")
        .expect("a certificate's name")
        .into()
}
