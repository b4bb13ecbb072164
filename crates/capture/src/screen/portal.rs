//! A Wayland desktop, through its portal.
//!
//! The portal refuses every process whose `/proc/PID/root` it cannot open, and those that keep others out of their memory
//! are among them. So this program starts itself once more, does there nothing but ask, and is told on a pipe where the
//! picture is. The process that asks has seen nothing: it is started anew and reads no file.
//!
//! The portal writes the picture to a file. It is read and deleted at once.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use ashpd::desktop::ResponseError;
use ashpd::desktop::screenshot::Screenshot;
use ashpd::{Error, PortalError};
use deskfob_scan::{MAX_PIXELS, PictureError};
use image::ImageReader;
use url::Url;
use zeroize::Zeroizing;

use super::{Capture, ScreenError};

/// The only argument of the process that asks.
const ASK: &str = "--ask-portal-for-screen";

/// How long a person may take to answer.
const ANSWERED: Duration = Duration::from_secs(120);

/// The longest answer of the process that asks, in bytes.
const MAX_ANSWER: u64 = 8192;

/// The longest file of a picture, in bytes: no compression at all.
const MAX_FILE: u64 = MAX_PIXELS * 4 + 4096;

pub(super) fn capture() -> Result<Capture, ScreenError> {
    decode(&take(&ask_by_another()?)?)
}

/// What the process that asks says: a word, and what belongs to it.
enum Answer {
    At(String),
    Missing,
    Refused,
    Failed(String),
}

impl Answer {
    fn to_text(&self) -> String {
        match self {
            Self::At(uri) => format!("at {uri}"),
            Self::Missing => "missing".into(),
            Self::Refused => "refused".into(),
            Self::Failed(cause) => format!("failed {cause}"),
        }
    }

    fn from_text(text: &str) -> Option<Self> {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        match word {
            "at" => Some(Self::At(rest.into())),
            "missing" => Some(Self::Missing),
            "refused" => Some(Self::Refused),
            "failed" => Some(Self::Failed(rest.into())),
            _ => None,
        }
    }
}

/// Asks the portal and ends, if that is what this process was started for. Call it first thing in `main`, before the
/// process keeps others out of its memory.
pub fn ask_if_asked_to() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().as_deref() != Some(OsStr::new(ASK)) || arguments.next().is_some() {
        return None;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let answer = match runtime {
        Ok(runtime) => runtime.block_on(ask()),
        Err(error) => Answer::Failed(error.to_string()),
    };
    let told = std::io::stdout().write_all(answer.to_text().as_bytes());
    Some(ExitCode::from(u8::from(told.is_err())))
}

async fn ask() -> Answer {
    let asked = Screenshot::request().interactive(false).modal(true);
    match asked.send().await.and_then(|request| request.response()) {
        Ok(screenshot) => Answer::At(screenshot.uri().as_str().to_owned()),
        Err(error) => refused(&error),
    }
}

fn refused(error: &Error) -> Answer {
    match error {
        Error::Response(ResponseError::Cancelled) | Error::Portal(PortalError::Cancelled(_)) => {
            Answer::Refused
        }
        Error::Portal(PortalError::NotAllowed(_)) => Answer::Refused,
        Error::PortalNotFound(_) => Answer::Missing,
        Error::Zbus(error) | Error::Portal(PortalError::ZBus(error)) => bus_failed(error),
        other => Answer::Failed(other.to_string()),
    }
}

/// No bus, nobody on it who is the portal, and a portal without this part are all the same to a person.
fn bus_failed(error: &ashpd::zbus::Error) -> Answer {
    use ashpd::zbus::Error as Bus;
    use ashpd::zbus::fdo::Error as Standard;
    match error {
        Bus::InputOutput(_) | Bus::Address(_) | Bus::Connection(..) | Bus::InterfaceNotFound => {
            Answer::Missing
        }
        Bus::FDO(error) => match **error {
            Standard::ServiceUnknown(_)
            | Standard::NameHasNoOwner(_)
            | Standard::UnknownInterface(_)
            | Standard::UnknownMethod(_)
            | Standard::UnknownObject(_) => Answer::Missing,
            ref other => Answer::Failed(other.to_string()),
        },
        Bus::MethodError(name, text, _) => match name.as_str() {
            "org.freedesktop.DBus.Error.ServiceUnknown"
            | "org.freedesktop.DBus.Error.NameHasNoOwner"
            | "org.freedesktop.DBus.Error.UnknownInterface"
            | "org.freedesktop.DBus.Error.UnknownMethod"
            | "org.freedesktop.DBus.Error.UnknownObject" => Answer::Missing,
            _ => Answer::Failed(text.clone().unwrap_or_else(|| name.to_string())),
        },
        other => Answer::Failed(other.to_string()),
    }
}

/// The address of the portal's picture, asked for by a process of its own.
fn ask_by_another() -> Result<String, ScreenError> {
    // This very program, also when its file was replaced by a newer one meanwhile.
    let mut child = Command::new("/proc/self/exe")
        .arg(ASK)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| failed(&error))?;
    let answer = answer_of(&mut child);
    // Harmless when it has ended.
    let _ = child.kill();
    let _ = child.wait();
    match answer? {
        Answer::At(uri) => Ok(uri),
        Answer::Missing => Err(ScreenError::PortalMissing),
        Answer::Refused => Err(ScreenError::PortalRefused),
        Answer::Failed(cause) => Err(ScreenError::Portal { cause }),
    }
}

fn answer_of(child: &mut Child) -> Result<Answer, ScreenError> {
    let stdout = child.stdout.take().ok_or_else(|| failed(&"no pipe"))?;
    let (send, heard) = channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        let read = stdout.take(MAX_ANSWER).read_to_string(&mut text);
        // Nobody may wait for it any more.
        let _ = send.send(read.map(|_| text));
    });
    let Ok(text) = heard.recv_timeout(ANSWERED) else {
        return Err(ScreenError::PortalUnanswered);
    };
    let text = text.map_err(|error| failed(&error))?;
    Answer::from_text(&text).ok_or_else(|| failed(&"no answer"))
}

fn failed(cause: &dyn std::fmt::Display) -> ScreenError {
    ScreenError::Portal {
        cause: cause.to_string(),
    }
}

/// The bytes of the portal's file, which is gone afterwards.
fn take(uri: &str) -> Result<Zeroizing<Vec<u8>>, ScreenError> {
    let path = local_path(uri).ok_or_else(|| failed(&"its picture is not a file"))?;
    let read = read(&path);
    let deleted = std::fs::remove_file(&path);
    let bytes = read.map_err(|error| failed(&error))?;
    if deleted.is_err() {
        return Err(ScreenError::LeftBehind { path });
    }
    Ok(bytes)
}

fn local_path(uri: &str) -> Option<PathBuf> {
    let url = Url::parse(uri).ok()?;
    (url.scheme() == "file").then(|| url.to_file_path().ok())?
}

fn read(path: &Path) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    File::open(path)?.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn decode(bytes: &[u8]) -> Result<Capture, ScreenError> {
    let reader = || {
        ImageReader::new(Cursor::new(bytes))
            .with_guessed_format()
            .map_err(|_| PictureError::NotAPicture)
    };
    let (width, height) = reader()?
        .into_dimensions()
        .map_err(|_| PictureError::NotAPicture)?;
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooLarge { width, height }.into());
    }
    let image = reader()?.decode().map_err(|error| failed(&error))?;
    Ok(Capture {
        width,
        height,
        rgba: Zeroizing::new(image.into_rgba8().into_raw()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_arrive_as_they_were_given() {
        let cases = [
            "at file:///run/user/1000/a%20picture.png",
            "missing",
            "refused",
            "failed for some reason",
        ];
        for text in cases {
            let answer = Answer::from_text(text).unwrap();
            assert_eq!(answer.to_text(), text);
        }
        assert!(Answer::from_text("").is_none(), "the process died");
    }

    #[test]
    fn only_local_files_are_read() {
        let cases = [
            ("file:///a/b%20c.png", Some("/a/b c.png")),
            ("file://localhost/a.png", Some("/a.png")),
            ("file://elsewhere/a.png", None),
            ("https://example.com/a.png", None),
            ("a.png", None),
        ];
        for (uri, path) in cases {
            assert_eq!(local_path(uri), path.map(PathBuf::from), "{uri}");
        }
    }

    #[test]
    fn the_file_is_gone_whatever_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Screenshot from today.png");
        std::fs::write(&path, "no picture").unwrap();
        let uri = Url::from_file_path(&path).unwrap();
        let bytes = take(uri.as_str()).unwrap();
        assert!(!path.exists());
        assert_eq!(decode(&bytes).unwrap_err().code(), "not_a_picture");
        assert_eq!(
            take(uri.as_str()).unwrap_err().code(),
            "screen_portal_failed",
            "a file that is not there"
        );
    }

    #[test]
    fn the_size_is_looked_at_first() {
        // A PNG header that promises 100 000 x 100 000 pixels, and nothing behind it.
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend([0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0, 8, 6, 0, 0, 0]);
        bytes.extend([0x9d, 0x52, 0x61, 0x4b]);
        let refused = decode(&bytes).unwrap_err();
        assert!(
            matches!(refused.code(), "picture_too_large" | "not_a_picture"),
            "{refused:?}"
        );
    }
}
