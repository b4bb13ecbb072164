//! The part of OpenSSH's configuration that names keys and certificates (ssh_config(5)).

use std::fmt::Write;
use std::path::Path;

use crate::ConfigError;

/// Longest pattern, as the longest host name (RFC 1035).
const MAX_PATTERN_BYTES: usize = 253;

/// A pattern of the host names of one platform, such as `*.platform.sh`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPattern(String);

/// A key with its certificate, and the hosts that it is for.
#[derive(Clone, Copy, Debug)]
pub struct Identity<'a> {
    /// The hosts that are shown it.
    pub hosts: &'a [HostPattern],
    /// File of the private key.
    pub key: &'a Path,
    /// File of the certificate.
    pub certificate: &'a Path,
}

impl HostPattern {
    /// A pattern that names hosts of one platform.
    ///
    /// # Errors
    /// [`ConfigError::Pattern`]: a certificate is not shown to every host, and nothing else gets into the file.
    pub fn new(pattern: &str) -> Result<Self, ConfigError> {
        let characters = pattern.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'*' | b'?')
        });
        // The last two labels are names: `*.com` would be everybody's, `*` every host.
        let mut labels = pattern.rsplit('.');
        let named = |label: Option<&str>| {
            label.is_some_and(|label| !label.is_empty() && !label.contains(['*', '?']))
        };
        let whole = !pattern.contains(['*', '?']);
        if (1..=MAX_PATTERN_BYTES).contains(&pattern.len())
            && characters
            && (whole || (named(labels.next()) && named(labels.next())))
        {
            Ok(Self(pattern.to_owned()))
        } else {
            Err(ConfigError::Pattern {
                pattern: pattern.to_owned(),
            })
        }
    }

    /// The pattern.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The whole configuration file for these identities. An identity without hosts is not in it.
///
/// `IdentitiesOnly` keeps ssh from showing the keys of an agent first: a server that knows one of them would take it, and
/// it has no MFA.
///
/// # Errors
/// [`ConfigError::Path`].
pub fn client_config(identities: &[Identity<'_>]) -> Result<String, ConfigError> {
    let mut text = String::from("# Written by Deskfob. Changes here are lost.\n");
    for identity in identities
        .iter()
        .filter(|identity| !identity.hosts.is_empty())
    {
        text.push_str("\nHost");
        for host in identity.hosts {
            text.push(' ');
            text.push_str(host.as_str());
        }
        let (key, certificate) = (
            config_path(identity.key)?,
            config_path(identity.certificate)?,
        );
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "\n    CertificateFile {certificate}\n    IdentityFile {key}\n    IdentitiesOnly yes\n"
        );
    }
    Ok(text)
}

/// A path in quotes, as OpenSSH reads it in `Include`, `IdentityFile` and `CertificateFile`.
///
/// # Errors
/// [`ConfigError::Path`] for one that is not absolute, or in which OpenSSH would see a quote, a pattern, a variable or
/// the end of the line.
pub fn config_path(path: &Path) -> Result<String, ConfigError> {
    let refused = || ConfigError::Path {
        path: path.display().to_string(),
    };
    let text = path.to_str().ok_or_else(refused)?;
    // OpenSSH for Windows takes both; within quotes, the other one escapes.
    let text = if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text.to_owned()
    };
    let special = |c: char| c.is_control() || "\"%$*?[]\\".contains(c);
    if !path.is_absolute() || text.contains(special) {
        return Err(refused());
    }
    Ok(format!("\"{text}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_hosts_of_one_platform() {
        let cases = [
            ("the platforms'", "*.platform.sh", true),
            ("a region", "*.eu-5.platform.sh", true),
            ("one host", "ssh.example.com", true),
            ("a short name", "sandbox", true),
            ("an address", "127.0.0.1", true),
            ("an address of version 6", "::1", true),
            ("within a label", "git*.example.com", true),
            ("every host", "*", false),
            ("every host of an ending", "*.com", false),
            ("any address", "127.0.0.*", false),
            ("two patterns", "*.a.example *.b.example", false),
            ("not these", "!*.platform.sh", false),
            ("another line", "a.example\nProxyCommand x", false),
            ("a list", "a.example,b.example", false),
            ("nothing", "", false),
            ("too long", &"a".repeat(254), false),
        ];
        for (name, pattern, expected) in cases {
            assert_eq!(HostPattern::new(pattern).is_ok(), expected, "{name}");
        }
    }

    #[test]
    fn each_identity_with_hosts_is_named() {
        let hosts = [
            HostPattern::new("*.platform.sh").unwrap(),
            HostPattern::new("*.upsun.com").unwrap(),
        ];
        let identity = |hosts, key| Identity {
            hosts,
            key: Path::new(key),
            certificate: Path::new("/home/ada/.local share/c"),
        };
        let text = client_config(&[
            identity(&hosts, "/home/ada/.local share/k"),
            identity(&[], "/x"),
        ])
        .unwrap();
        assert_eq!(
            text,
            "# Written by Deskfob. Changes here are lost.\n\nHost *.platform.sh *.upsun.com\n    \
             CertificateFile \"/home/ada/.local share/c\"\n    IdentityFile \"/home/ada/.local share/k\"\n    \
             IdentitiesOnly yes\n"
        );
    }

    #[test]
    fn a_path_is_only_a_path() {
        let cases = [
            ("with a blank", "/home/a b/x", true),
            ("with umlauts", "/home/jörg/x", true),
            ("not absolute", "x/y", false),
            ("a quote", "/a\"b", false),
            ("a token", "/a%hb", false),
            ("a variable", "/a${HOME}", false),
            ("a pattern", "/a*b", false),
            ("a line break", "/a\nb", false),
            ("an escape", "/a\\b", false),
        ];
        for (name, path, expected) in cases {
            assert_eq!(config_path(Path::new(path)).is_ok(), expected, "{name}");
        }
    }
}
