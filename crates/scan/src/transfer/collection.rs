//! The codes of a transfer, in whichever order they are shown.

use std::fmt;

use super::TransferPart;

/// The most transfers collected at a time; the one begun first goes.
pub const MAX_BATCHES: usize = 16;

/// Which transfer a code belongs to: a number that the other app drew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BatchId(pub(crate) i32);

/// Codes of transfers, collected until they are complete.
///
/// Codes of different transfers are kept apart, also where an app draws no number for them; a code shown twice counts
/// once.
#[derive(Debug, Default)]
pub struct Collection {
    batches: Vec<Batch>,
}

#[derive(Debug)]
struct Batch {
    id: BatchId,
    /// One place a code.
    parts: Vec<Option<TransferPart>>,
}

/// How far a transfer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Which transfer.
    pub batch: BatchId,
    /// How many codes it has.
    pub total: u8,
    /// How many of them were scanned.
    pub have: u8,
    /// The numbers of the others, from 1.
    pub missing: Vec<u8>,
    /// The code just added had been scanned before.
    pub repeated: bool,
}

impl Collection {
    /// Adds a code and says how far its transfer is.
    pub fn add(&mut self, part: TransferPart) -> Progress {
        let known = self.batches.iter().position(|batch| batch.fits(&part));
        let at = known.unwrap_or_else(|| {
            if self.batches.len() >= MAX_BATCHES {
                self.batches.remove(0);
            }
            let places = usize::from(part.total);
            self.batches.push(Batch {
                id: part.batch,
                parts: std::iter::repeat_with(|| None).take(places).collect(),
            });
            self.batches.len() - 1
        });
        let batch = &mut self.batches[at];
        let place = &mut batch.parts[usize::from(part.index)];
        let repeated = place.is_some();
        place.get_or_insert(part);
        Progress {
            repeated,
            ..batch.progress()
        }
    }

    /// How far each transfer is, in the order of their first codes.
    pub fn progress(&self) -> Vec<Progress> {
        self.batches.iter().map(Batch::progress).collect()
    }

    /// Whether nothing is waiting.
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// Takes out the transfers that are complete, each code in its place.
    pub fn take_complete(&mut self) -> Vec<TransferPart> {
        self.take(|batch| batch.parts.iter().all(Option::is_some))
    }

    /// Takes out everything there is: somebody does not want to wait for the rest.
    pub fn take_all(&mut self) -> Vec<TransferPart> {
        self.take(|_| true)
    }

    fn take(&mut self, wanted: impl Fn(&Batch) -> bool) -> Vec<TransferPart> {
        let taken: Vec<Batch> = self.batches.extract_if(.., |batch| wanted(batch)).collect();
        taken
            .into_iter()
            .flat_map(|batch| batch.parts.into_iter().flatten())
            .collect()
    }
}

impl Batch {
    /// Whether the code is of this transfer: its place is free, or has the same code.
    fn fits(&self, part: &TransferPart) -> bool {
        self.id == part.batch
            && self.parts.len() == usize::from(part.total)
            && self.parts[usize::from(part.index)]
                .as_ref()
                .is_none_or(|other| other.is_same(part))
    }

    fn progress(&self) -> Progress {
        let missing: Vec<u8> = (1..)
            .zip(&self.parts)
            .filter(|(_, part)| part.is_none())
            .map(|(number, _)| number)
            .collect();
        // At most MAX_PARTS places.
        let (total, lacking) = (self.parts.len() as u8, missing.len() as u8);
        Progress {
            batch: self.id,
            total,
            have: total - lacking,
            missing,
            repeated: false,
        }
    }
}

impl Progress {
    /// Whether all codes were scanned.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }
}

/// Such as "2 of 3 codes scanned, missing number 2".
impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let codes = if self.total == 1 { "code" } else { "codes" };
        write!(f, "{} of {} {codes} scanned", self.have, self.total)?;
        match &self.missing[..] {
            [] => Ok(()),
            [one] => write!(f, ", missing number {one}"),
            [many @ .., last] => {
                f.write_str(", missing numbers ")?;
                for (at, number) in many.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}{number}")?;
                }
                write!(f, " and {last}")
            }
        }
    }
}
