//! The QR code of an entry, for another app to scan.

use deskfob_otp::{Entry, ExposeSecret, SecretString};
use qrcode::{Color, EcLevel};
use zeroize::Zeroizing;

/// A QR code as dark and light modules, without the light border of 4 modules that it needs around it. It is a
/// secret: whoever sees it can make the codes.
pub struct QrCode {
    side: usize,
    dark: Zeroizing<Vec<bool>>,
}

/// The entry's names are too long for a QR code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the account's names are too long for a QR code")]
pub struct QrCodeError;

impl QrCode {
    /// The code with the entry's otpauth URI.
    ///
    /// # Errors
    /// [`QrCodeError`].
    pub fn of(entry: &Entry) -> Result<Self, QrCodeError> {
        let uri = entry.to_uri();
        let code =
            qrcode::QrCode::with_error_correction_level(uri.expose_secret().as_bytes(), EcLevel::M)
                .map_err(|_| QrCodeError)?;
        let side = code.width();
        let dark = code
            .into_colors()
            .into_iter()
            .map(|color| color == Color::Dark);
        Ok(Self {
            side,
            dark: Zeroizing::new(dark.collect()),
        })
    }

    /// Modules along a side.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Whether the module is dark. What lies outside of the code is light.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.side && y < self.side && self.dark[y * self.side + x]
    }

    /// The dark modules as the data of an SVG path, one unit a module, the upper left corner at 0 0.
    pub fn path(&self) -> SecretString {
        use std::fmt::Write;
        // A string that grows leaves copies: a run takes at most 16 characters.
        let mut path = Zeroizing::new(String::with_capacity(self.side * self.side * 8));
        for y in 0..self.side {
            let mut x = 0;
            while x < self.side {
                let run = (x..self.side).take_while(|&x| self.is_dark(x, y)).count();
                if run > 0 {
                    // Writing to a string does not fail.
                    let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
                }
                x += run.max(1);
            }
        }
        SecretString::from(path.as_str())
    }

    /// The code for a terminal, two modules a character, with its border. Dark on light, whatever the terminal's
    /// colours.
    pub fn terminal(&self) -> SecretString {
        const BORDER: usize = 4;
        let mut text = Zeroizing::new(String::with_capacity(
            (self.side + 8) * (self.side + 40) * 3,
        ));
        let light = |x: usize, y: usize| !matches!((x.checked_sub(BORDER), y.checked_sub(BORDER)), (Some(x), Some(y)) if self.is_dark(x, y));
        for y in (0..self.side + 2 * BORDER).step_by(2) {
            text.push_str("\x1b[97;40m");
            for x in 0..self.side + 2 * BORDER {
                text.push(match (light(x, y), light(x, y + 1)) {
                    (true, true) => '\u{2588}',
                    (true, false) => '\u{2580}',
                    (false, true) => '\u{2584}',
                    (false, false) => ' ',
                });
            }
            text.push_str("\x1b[0m\n");
        }
        SecretString::from(text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use deskfob_otp::Seed;

    use super::*;

    fn code() -> (Entry, QrCode) {
        let seed = Seed::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        let entry = Entry::totp("Upsun", "ada@acme.example", seed);
        let code = QrCode::of(&entry).unwrap();
        (entry, code)
    }

    #[test]
    fn the_path_draws_the_dark_modules() {
        let (_, code) = code();
        let mut drawn = vec![false; code.side() * code.side()];
        let path = code.path();
        for run in path
            .expose_secret()
            .split('z')
            .filter(|run| !run.is_empty())
        {
            let (at, size) = run[1..].split_once('h').unwrap();
            let (x, y) = at.split_once(' ').unwrap();
            let length = size.split_once('v').unwrap().0.parse::<usize>().unwrap();
            let start = y.parse::<usize>().unwrap() * code.side() + x.parse::<usize>().unwrap();
            drawn[start..start + length].fill(true);
        }
        for y in 0..code.side() {
            for x in 0..code.side() {
                assert_eq!(drawn[y * code.side() + x], code.is_dark(x, y), "{x} {y}");
            }
        }
        assert!(!code.is_dark(code.side(), 0), "outside is light");
    }

    #[test]
    fn a_terminal_gets_a_square_with_a_border() {
        let (_, code) = code();
        let text = code.terminal();
        let lines: Vec<&str> = text.expose_secret().lines().collect();
        assert_eq!(lines.len(), (code.side() + 8).div_ceil(2));
        let bare = |line: &str| line.replace("\x1b[97;40m", "").replace("\x1b[0m", "");
        assert!(
            bare(lines[0]).chars().all(|c| c == '\u{2588}'),
            "light above"
        );
        assert!(
            lines
                .iter()
                .all(|line| bare(line).chars().count() == code.side() + 8)
        );
    }
}
