//! A camera's frames, one after another, until they have shown an enrolment.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::transfer::{Collection, MAX_BATCHES, MAX_PARTS, Progress};
use crate::{Effort, Found, FrameHint, Payload, Picture, frame_hint, scan_frame, scan_with};

/// Corners of a code, clockwise from its top left one, in pixels of the frame.
pub type Corners = [(f32, f32); 4];

/// Of the frames in which nothing is read, one in so many is asked for what would help.
const HINT_EVERY: usize = 5;

/// Time for looking at the last frame once more, for all that it shows.
const THOROUGH: Duration = Duration::from_millis(250);

/// Codes of no use that are remembered, to tell about when nothing better comes.
const MAX_UNUSABLE: usize = 4;

/// Codes of transfers that are remembered.
const MAX_KEPT_PARTS: usize = MAX_BATCHES * MAX_PARTS as usize;

/// Reads frames one after another until they have shown an enrolment.
#[derive(Debug, Default)]
pub struct FrameReader {
    any_code: bool,
    turn: usize,
    transfers: Collection,
    /// The texts of what is in `transfers`.
    parts: Vec<SecretString>,
    unusable: Vec<SecretString>,
    /// What the last two frames that were asked would be helped by.
    hints: [Option<FrameHint>; 2],
}

/// What a frame showed.
#[derive(Debug)]
pub struct Sight {
    /// What it comes to.
    pub seen: Seen,
    /// Where the codes are that were read.
    pub corners: Vec<Corners>,
}

/// What the frames have come to.
#[derive(Debug)]
pub enum Seen {
    /// No code; what would help, once two looks agree on it.
    Nothing(Option<FrameHint>),
    /// A code that no entry can be made from. Another one may be shown.
    Unusable(Payload),
    /// A code of a transfer, and others of it are missing.
    Part(Progress),
    /// An enrolment, or the last code of a transfer: [`FrameReader::finish`] gives what was shown.
    Done,
}

impl FrameReader {
    /// One that is done with the first code, whatever it says.
    pub fn of_any_code() -> Self {
        Self {
            any_code: true,
            ..Self::default()
        }
    }

    /// Looks at the next frame. Takes near 10 ms at 1280 x 720 pixels.
    pub fn look(&mut self, frame: &Picture) -> Sight {
        self.turn = self.turn.wrapping_add(1);
        let found = scan_frame(frame, self.turn);
        if found.is_empty() {
            return Sight {
                seen: Seen::Nothing(self.hint(frame)),
                corners: Vec::new(),
            };
        }
        self.hints = [None; 2];
        Sight {
            corners: found.iter().map(|one| one.corners).collect(),
            seen: self.take(found),
        }
    }

    /// The texts of all that was wanted, with whatever else is in the `last` frame.
    pub fn finish(self, last: &Picture) -> Vec<SecretString> {
        let effort = Effort {
            budget: Some(THOROUGH),
            ..Effort::still()
        };
        let mut texts = self.parts;
        // The quick look comes by what the thorough one has no time left for.
        let quick = scan_frame(last, self.turn);
        for one in scan_with(last, &effort).into_iter().chain(quick) {
            remember(&mut texts, one.payload, usize::MAX);
        }
        texts
    }

    /// The codes of transfers that were shown so far, each once, the newest last.
    pub fn parts(&self) -> &[SecretString] {
        &self.parts
    }

    /// The texts of what was shown so far, where nobody waits for more: codes of transfers, and what was of no use.
    pub fn give_up(self) -> Vec<SecretString> {
        self.parts.into_iter().chain(self.unusable).collect()
    }

    fn take(&mut self, found: Vec<Found>) -> Seen {
        let (mut progress, mut unusable) = (None, None);
        let mut done = self.any_code;
        for one in found {
            match Payload::of(one.payload.expose_secret()) {
                Payload::Enrolment(_) => done = true,
                Payload::Migration(part) => {
                    let now = self.transfers.add(part);
                    done |= now.is_complete();
                    progress = Some(now);
                    remember(&mut self.parts, one.payload, MAX_KEPT_PARTS);
                }
                other => {
                    unusable = Some(other);
                    remember(&mut self.unusable, one.payload, MAX_UNUSABLE);
                }
            }
        }
        match (done, progress, unusable) {
            (true, _, _) => Seen::Done,
            (false, Some(progress), _) => Seen::Part(progress),
            (false, None, Some(payload)) => Seen::Unusable(payload),
            (false, None, None) => Seen::Nothing(None),
        }
    }

    fn hint(&mut self, frame: &Picture) -> Option<FrameHint> {
        if self.turn.is_multiple_of(HINT_EVERY) {
            self.hints = [self.hints[1], frame_hint(frame)];
        }
        // One frame that differs from its neighbours is no reason to say another word.
        self.hints[0].filter(|hint| self.hints[1] == Some(*hint))
    }
}

/// Keeps a text once, and at most so many.
fn remember(texts: &mut Vec<SecretString>, text: SecretString, most: usize) {
    let known = |other: &SecretString| other.expose_secret() == text.expose_secret();
    if texts.len() < most && !texts.iter().any(known) {
        texts.push(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "otpauth://totp/Example:ada?secret=QWERTYUIOP";
    /// The same entry as the only one of the first, second and third code of a transfer.
    const PARTS: [&str; 3] = [
        "otpauth-migration://offline?data=CgwKCkhlbGxvId6tvu8QARgDIAAoBw%3D%3D",
        "otpauth-migration://offline?data=CgwKCkhlbGxvId6tvu4QARgDIAEoBw%3D%3D",
        "otpauth-migration://offline?data=CgwKCkhlbGxvId6tvu0QARgDIAIoBw%3D%3D",
    ];

    fn frame(texts: &[&str]) -> Picture {
        let (width, height) = (640_usize, 320_usize);
        let mut luma = vec![235; width * height];
        for (at, text) in texts.iter().enumerate() {
            let code = qrcode::QrCode::new(text).unwrap();
            for (module, colour) in code.to_colors().into_iter().enumerate() {
                if colour == qrcode::Color::Dark {
                    let (x, y) = (module % code.width(), module / code.width());
                    for pixel in 0..16 {
                        let x = 320 * at + 40 + x * 4 + pixel % 4;
                        luma[(40 + y * 4 + pixel / 4) * width + x] = 20;
                    }
                }
            }
        }
        Picture::from_luma(luma, 640, 320).unwrap()
    }

    fn names(texts: &[SecretString]) -> Vec<&str> {
        let payloads = texts.iter().map(|text| Payload::of(text.expose_secret()));
        payloads.map(|payload| payload.code()).collect()
    }

    #[test]
    fn it_waits_for_an_enrolment_and_gives_all_of_the_last_frame() {
        let mut reader = FrameReader::default();
        let blank = reader.look(&frame(&[]));
        assert!(matches!(blank.seen, Seen::Nothing(None)), "{blank:?}");
        let link = reader.look(&frame(&["https://example.com/"]));
        assert!(matches!(link.seen, Seen::Unusable(_)), "{link:?}");
        assert_eq!(link.corners.len(), 1, "what is read is outlined");
        let last = frame(&[ONE, "otpauth://totp/Other:bob?secret=QWERTYUIOQ"]);
        let sight = reader.look(&last);
        assert!(matches!(sight.seen, Seen::Done), "{sight:?}");
        assert_eq!(names(&reader.finish(&last)), ["enrolment", "enrolment"]);
    }

    #[test]
    fn a_transfer_is_collected_in_any_order() {
        let mut reader = FrameReader::default();
        for (part, expected) in [
            (2, "1 of 3 codes scanned, missing numbers 1 and 2"),
            (2, "1 of 3 codes scanned, missing numbers 1 and 2"),
            (0, "2 of 3 codes scanned, missing number 2"),
        ] {
            let Seen::Part(progress) = reader.look(&frame(&[PARTS[part]])).seen else {
                panic!("part {part} is one of three");
            };
            assert_eq!(progress.to_string(), expected);
        }
        let last = frame(&[PARTS[1]]);
        assert!(matches!(reader.look(&last).seen, Seen::Done));
        assert_eq!(names(&reader.finish(&last)), ["otpauth_migration"; 3]);
    }

    #[test]
    fn who_gives_up_gets_what_there_was() {
        let mut reader = FrameReader::default();
        reader.look(&frame(&["https://example.com/"]));
        reader.look(&frame(&["https://example.com/", PARTS[0]]));
        assert_eq!(names(&reader.give_up()), ["otpauth_migration", "web_link"]);
        assert!(FrameReader::default().give_up().is_empty());
    }

    #[test]
    fn any_code_will_do_where_that_is_wanted() {
        let mut reader = FrameReader::of_any_code();
        assert!(matches!(reader.look(&frame(&[])).seen, Seen::Nothing(_)));
        let last = frame(&["https://example.com/"]);
        assert!(matches!(reader.look(&last).seen, Seen::Done));
        assert_eq!(names(&reader.finish(&last)), ["web_link"]);
    }

    #[test]
    fn a_hint_is_given_once_two_looks_agree() {
        let mut reader = FrameReader::default();
        let dark = Picture::from_luma(vec![9; 320 * 240], 320, 240).unwrap();
        let hints: Vec<_> = (0..2 * HINT_EVERY)
            .map(|_| match reader.look(&dark).seen {
                Seen::Nothing(hint) => hint,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(hints.iter().flatten().count(), 1, "{hints:?}");
        assert_eq!(hints.last(), Some(&Some(FrameHint::MoreLight)));
    }
}
