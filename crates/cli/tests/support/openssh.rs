//! A real OpenSSH server on loopback that trusts the sandbox's authority and refuses as the platforms do.

use std::fs::{self, Permissions};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::Ran;

/// The service that is asked for, as in the platforms' own words.
const SERVICE: &str = "abcdefg123456-main-bvxea6i--app";

/// How often a port that was free is tried.
const STARTS: usize = 5;

/// What the server runs in the place of what was asked for: it reads the certificate that was shown (`ExposeAuthInfo`)
/// and lets it pass or refuses it in the platforms' words.
const GATEWAY: &str = r#"#!/bin/sh
PATH='@PATH@'
said=$(sed -n 's/^publickey //p' "$SSH_USER_AUTH" | ssh-keygen -L -f -)
user=$(printf '%s\n' "$said" | sed -n 's/.*Key ID: "\(.*\)"/\1/p')
parameters= detail=
for method in $(cat '@FOLDER@/demanded'); do
    case "$method" in
    mfa)
        line='	 - Multi-factor authentication (MFA)'
        printf '%s\n' "$said" | grep -q 'has-mfa@platform.sh' && had=1 || had=0 ;;
    sso:*)
        line="	 - Single sign-on (SSO), provider: \"${method#sso:}\""
        # The claims are printed as hexadecimal.
        claim=$(printf '"%s"' "$method" | od -An -tx1 | tr -d ' \n')
        printf '%s\n' "$said" | grep -q "$claim" && had=1 || had=0 ;;
    esac
    if [ "$had" = 0 ]; then
        parameters="${parameters:+$parameters,}\"$method\""
        detail="$detail
$line"
    fi
done
if [ -n "$parameters" ]; then
    printf 'Error: Access denied\nService: @SERVICE@\nUser: Ada Lovelace (%s)\nParameters: {"amr":[%s]}\nDetail: Additional authentication is required:%s\n' \
        "$user" "$parameters" "$detail" >&2
    exit 255
fi
case "$SSH_ORIGINAL_COMMAND" in
git-upload-pack*) exec git upload-pack '@FOLDER@/project.git' ;;
*) exec sh -c "$SSH_ORIGINAL_COMMAND" ;;
esac
"#;

/// A running sshd with a repository behind it.
pub(crate) struct Server {
    folder: TempDir,
    process: Child,
    port: u16,
}

impl Server {
    /// Serves who shows a certificate for `user`, signed by the key of `authority`.
    pub(crate) fn start(authority: &str, user: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = |name: &str| folder.path().join(name);
        let write = |name: &str, text: &str| fs::write(file(name), text).expect("written");
        write("authorities", &format!("{authority}\n"));
        write("principals", &format!("{user}\n"));
        write("demanded", "");
        let path = std::env::var("PATH").expect("a PATH");
        let gateway = GATEWAY
            .replace("@PATH@", &path)
            .replace("@SERVICE@", SERVICE)
            .replace("@FOLDER@", folder.path().to_str().expect("UTF-8"));
        write("gateway", &gateway);
        fs::set_permissions(file("gateway"), Permissions::from_mode(0o755)).expect("set");
        run(Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-f"])
            .arg(file("host")));
        repository(folder.path());
        // As root, the server leaves its rights in this folder.
        if fs::metadata(folder.path())
            .is_ok_and(|found| std::os::unix::fs::MetadataExt::uid(&found) == 0)
        {
            fs::create_dir_all("/run/sshd").expect("the server's empty folder");
        }
        for _ in 0..STARTS {
            let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
                .and_then(|listener| listener.local_addr())
                .expect("a port")
                .port();
            write("sshd_config", &config(folder.path(), port));
            let mut process = Command::new(sshd())
                .args(["-D", "-f"])
                .arg(file("sshd_config"))
                .arg("-E")
                .arg(file("log"))
                .stdin(Stdio::null())
                .spawn()
                .expect("sshd starts");
            if listens(&mut process, port) {
                return Self {
                    folder,
                    process,
                    port,
                };
            }
        }
        let log = fs::read_to_string(folder.path().join("log")).unwrap_or_default();
        panic!("sshd does not listen: {log}");
    }

    /// What a certificate has to say from now on, such as `mfa sso:acme`.
    pub(crate) fn demand(&self, methods: &str) {
        fs::write(self.folder.path().join("demanded"), methods).expect("written");
    }

    /// The part of a person's configuration that leads to this server by `host`.
    pub(crate) fn client_config(&self, host: &str) -> String {
        let known = self.folder.path().join("known_hosts");
        let key = fs::read_to_string(self.folder.path().join("host.pub")).expect("the host's key");
        fs::write(&known, format!("{host} {key}")).expect("written");
        format!(
            "Host {host}\n    HostName 127.0.0.1\n    Port {}\n    HostKeyAlias {host}\n    UserKnownHostsFile {}\n    \
             GlobalKnownHostsFile /dev/null\n    BatchMode yes\n    ConnectTimeout 20\n",
            self.port,
            known.display()
        )
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn config(folder: &Path, port: u16) -> String {
    let folder = folder.display();
    format!(
        "ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder}/host\nPidFile none\nUsePAM no\nStrictModes no\n\
         AuthorizedKeysFile none\nTrustedUserCAKeys {folder}/authorities\nAuthorizedPrincipalsFile {folder}/principals\n\
         PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\nExposeAuthInfo yes\n\
         ForceCommand {folder}/gateway\nMaxStartups 100\nLogLevel VERBOSE\n"
    )
}

/// sshd has to be started by its whole path, which is not on everybody's PATH.
fn sshd() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain([
            "/usr/sbin".into(),
            "/usr/local/sbin".into(),
            "/usr/bin".into(),
        ])
        .map(|folder| folder.join("sshd"))
        .find(|file| file.is_file())
        .expect("an OpenSSH server (package openssh-server)")
}

fn listens(process: &mut Child, port: u16) -> bool {
    let until = Instant::now() + Duration::from_secs(20);
    while Instant::now() < until && process.try_wait().expect("asked").is_none() {
        if TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).is_ok() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = process.kill();
    let _ = process.wait();
    false
}

/// A repository with one commit.
fn repository(folder: &Path) {
    let work = folder.join("work");
    let git = |dir: &Path, args: &[&str]| {
        run(Command::new("git")
            .arg("-C")
            .arg(dir)
            .args([
                "-c",
                "user.name=Ada",
                "-c",
                "user.email=ada@acme.example",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(args));
    };
    fs::create_dir(&work).expect("made");
    git(&work, &["init", "-q", "-b", "main"]);
    fs::write(work.join("README.md"), "the project\n").expect("written");
    git(&work, &["add", "README.md"]);
    git(&work, &["commit", "-q", "-m", "first"]);
    git(folder, &["clone", "-q", "--bare", "work", "project.git"]);
}

fn run(command: &mut Command) {
    let output = command.output().expect("the program starts");
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Runs ssh or git as a person would who has this configuration.
pub(crate) fn with_config(config: &Path, mut command: Command) -> Ran {
    // ssh takes the home folder from the system's list of users, not from HOME.
    let ssh = format!("ssh -F '{}'", config.display());
    let output = command
        .env("GIT_SSH_COMMAND", ssh)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env_remove("SSH_AUTH_SOCK")
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    Ran::of(output)
}
