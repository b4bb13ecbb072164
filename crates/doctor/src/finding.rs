//! An error that was found in a text.

use crate::{Asked, Symptom};

/// An error that was found in a text, and what stands in it. Texts are short, printable and free of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it says.
    pub symptom: Symptom,
    /// Where it was found first.
    pub place: Place,
    /// The words it was known by, from the text.
    pub quote: String,
    /// How often it is in the text.
    pub count: usize,
    /// The service that refused.
    pub service: Option<Service>,
    /// Whom the platform took the person for.
    pub user: Option<Named>,
    /// The host that answered.
    pub host: Option<Host>,
    /// What the next sign-in must be like. Empty when the error does not say.
    pub asked: Asked,
    /// How long to wait, seconds, if it says.
    pub retry_after: Option<u64>,
    /// The platform's own words about it, if it gives some.
    pub words: Option<String>,
}

/// A place in the text that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Line, the first is 1.
    pub line: usize,
    /// Column in characters, the first is 1.
    pub column: usize,
    /// First byte.
    pub start: usize,
    /// Byte behind the last.
    pub end: usize,
}

/// A service of an environment, as SSH names it: `abcdefg123456-main-bvxea6i--app`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// All of it.
    pub name: String,
    /// The project's id, if the name is made as the platform makes them.
    pub project: Option<String>,
    /// The environment's machine name.
    pub environment: Option<String>,
    /// The app, or the service in it.
    pub app: Option<String>,
}

/// A user as an error names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The name, which may be an e-mail address. Empty when only the id is told.
    pub name: String,
    /// The id, if it is told.
    pub id: Option<String>,
}

/// A host as an error names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its name.
    pub name: String,
    /// It belongs to another service that people use git with, so that the platform has no part in the error.
    pub foreign: bool,
}

/// Hosts of other services that refuse in the same words.
const FOREIGN: [&str; 9] = [
    "github.com",
    "gitlab.com",
    "bitbucket.org",
    "ssh.dev.azure.com",
    "vs-ssh.visualstudio.com",
    "codeberg.org",
    "sr.ht",
    "gitea.com",
    "heroku.com",
];

/// Longest name of a service that is taken for one, bytes.
const MAX_SERVICE: usize = 160;

impl Service {
    /// The service of this name. `None` when it can be none.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let usable = (1..=MAX_SERVICE).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        if !usable {
            return None;
        }
        let parts = name.split_once("--").and_then(|(place, app)| {
            let (project, environment) = place.split_once('-')?;
            (!project.is_empty() && !environment.is_empty() && !app.is_empty()).then_some((
                project,
                environment,
                app,
            ))
        });
        Some(Self {
            name: name.to_owned(),
            project: parts.map(|(project, ..)| project.to_owned()),
            environment: parts.map(|(_, environment, _)| environment.to_owned()),
            app: parts.map(|(.., app)| app.to_owned()),
        })
    }
}

impl Host {
    pub(crate) fn of(name: &str) -> Option<Self> {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let usable = (1..=253).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b':'));
        let foreign = FOREIGN.iter().any(|known| {
            name.strip_suffix(known)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        });
        usable.then_some(Self { name, foreign })
    }
}

impl Finding {
    /// Whether both tell of the same error, as a message and what the command line says about it.
    pub(crate) fn same_as(&self, other: &Self) -> bool {
        fn agree<T: PartialEq>(one: &Option<T>, two: &Option<T>) -> bool {
            one.is_none() || two.is_none() || one == two
        }
        self.symptom == other.symptom
            && agree(&self.service, &other.service)
            && agree(&self.user, &other.user)
            && agree(&self.host, &other.host)
            && agree(&self.words, &other.words)
            && (self.asked == other.asked || self.asked.is_empty() || other.asked.is_empty())
    }

    /// Takes in what another mention of the same error says.
    pub(crate) fn join(&mut self, other: Self) {
        self.count += other.count;
        self.service = self.service.take().or(other.service);
        self.user = self.user.take().or(other.user);
        self.host = self.host.take().or(other.host);
        self.retry_after = self.retry_after.or(other.retry_after);
        self.words = self.words.take().or(other.words);
        self.asked.join(other.asked);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_taken_apart_when_it_is_made_that_way() {
        let found = Service::of("abcdefg123456-main-bvxea6i--app").unwrap();
        let parts = (
            found.project.as_deref(),
            found.environment.as_deref(),
            found.app.as_deref(),
        );
        assert_eq!(
            parts,
            (Some("abcdefg123456"), Some("main-bvxea6i"), Some("app"))
        );
        let plain = Service::of("app").unwrap();
        assert_eq!((plain.name.as_str(), plain.project), ("app", None));
        for (name, text) in [
            ("nothing", ""),
            ("a sentence", "the app"),
            ("a tag", "<b>"),
            ("long", &"a".repeat(161)),
        ] {
            assert_eq!(Service::of(text), None, "{name}");
        }
    }

    #[test]
    fn other_services_are_told_apart() {
        let cases = [
            ("the platform", "ssh.eu-3.platform.sh", Some(false)),
            ("GitHub", "github.com", Some(true)),
            ("under GitHub", "ssh.github.com", Some(true)),
            ("a name that ends alike", "notgithub.com", Some(false)),
            ("this computer", "127.0.0.1", Some(false)),
            ("no host", "a b", None),
        ];
        for (name, host, foreign) in cases {
            assert_eq!(Host::of(host).map(|host| host.foreign), foreign, "{name}");
        }
    }
}
