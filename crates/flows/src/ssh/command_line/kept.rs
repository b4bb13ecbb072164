//! The certificate that the command line keeps.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use deskfob_ssh::{Certificate, CertificateError};

use super::CommandLine;
use crate::ssh::SshState;

/// Largest file that is read, bytes.
const MAX_BYTES: u64 = 64 * 1024;

/// How the command line's own certificate stands.
#[derive(Debug)]
pub struct KeptByCommandLine {
    /// In a word. What Deskfob's session has is no matter of it.
    pub state: SshState,
    /// What is there, when it can be read.
    pub certificate: Option<Certificate>,
}

impl CommandLine {
    /// The newest certificate of its sessions, at `now`, Unix time in seconds.
    pub fn kept(&self, now: u64) -> KeptByCommandLine {
        let Some(file) = self.newest_certificate() else {
            return KeptByCommandLine {
                state: SshState::None,
                certificate: None,
            };
        };
        match read(&file) {
            Ok(certificate) => KeptByCommandLine {
                state: SshState::of(certificate.life(now), &[]),
                certificate: Some(certificate),
            },
            Err(error) => KeptByCommandLine {
                state: SshState::Unreadable(error),
                certificate: None,
            },
        }
    }

    /// `.session/NAME/ssh/id_ed25519-cert.pub` in its folder.
    fn newest_certificate(&self) -> Option<PathBuf> {
        let sessions = fs::read_dir(self.folder.join(".session")).ok()?;
        sessions
            .filter_map(Result::ok)
            .map(|session| session.path().join("ssh/id_ed25519-cert.pub"))
            .filter_map(|file| Some((written(&file)?, file)))
            .max()
            .map(|(_, file)| file)
    }
}

fn written(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).ok()?.modified().ok()
}

fn read(file: &Path) -> Result<Certificate, CertificateError> {
    let mut text = Vec::new();
    let opened = File::open(file).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut text));
    // Gone since it was listed, or not for this person to read: nothing to say of it either way.
    opened.map_err(|_| CertificateError::Empty)?;
    Certificate::parse(&text)
}
