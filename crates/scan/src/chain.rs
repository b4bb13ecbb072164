//! Which look is taken when.
//!
//! Measured on 240 simulated camera frames (small, out of focus, noisy, all of it), the first reader read 161 as they
//! are, 182 at twice the size and 209 at twice the size sharpened; the second reader read 146, 166 and 183. It is behind
//! the first one for the few codes that only it reads.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use image::GrayImage;
use secrecy::{ExposeSecret, SecretString};

use crate::effort::Watch;
use crate::look::{Look, Region};
use crate::readers::Seen;
use crate::{Effort, Picture};

/// A QR code in a picture.
#[derive(Debug, Clone)]
pub struct Found {
    /// What the code says.
    pub payload: SecretString,
    /// Where it is: clockwise from its top left corner, in pixels of the picture. A code that only the second reader
    /// reads is told by a box around its middle.
    pub corners: [(f32, f32); 4],
}

/// The side of a part of a large picture that is looked at enlarged, and what neighbours share, in pixels: memory stays
/// bounded, and a code small enough to need enlarging is in one part as a whole.
const TILE: (u32, u32) = (1280, 384);

/// The most pixels looked at four times their size: a usual camera frame.
const MAX_QUADRUPLED: u64 = 1280 * 720;

/// The fewest pixels worth a second thread.
const MIN_SHARED: u64 = 640 * 480;

/// Places that looked like a code and did not read, looked at more closely; the rest is likely text.
const MAX_GLIMPSES: usize = 8;

/// Looks at the whole picture when nothing was found yet, cheap and likely ones first.
const WHOLE: [Look; 3] = [Look::Levelled, Look::Halved, Look::Soft { sigma: 1.2 }];

/// Looks at every tile when nothing was found yet.
const TILED: [Look; 7] = [
    Look::Sharp {
        sigma: 1.5,
        strength: 3,
    },
    Look::Sharp {
        sigma: 2.0,
        strength: 5,
    },
    Look::SoftDoubled,
    Look::Second,
    Look::SecondSharp,
    Look::Along {
        step: (1, 0),
        reach: 3,
    },
    Look::Along {
        step: (0, 1),
        reach: 3,
    },
];

/// Looks at a place that looked like a code.
const CLOSER: [Look; 10] = [
    Look::Sharp {
        sigma: 1.5,
        strength: 3,
    },
    Look::SoftDoubled,
    Look::Sharp {
        sigma: 2.5,
        strength: 6,
    },
    Look::Along {
        step: (1, 0),
        reach: 3,
    },
    Look::Along {
        step: (0, 1),
        reach: 3,
    },
    Look::Along {
        step: (1, 1),
        reach: 2,
    },
    Look::Along {
        step: (1, -1),
        reach: 2,
    },
    Look::Soft { sigma: 2.0 },
    Look::Focused { sigma: 2.6 },
    Look::Focused { sigma: 1.6 },
];

/// Looks at a small picture when nothing was found yet.
const FOCUSED: [Look; 3] = [
    Look::Focused { sigma: 2.0 },
    Look::Focused { sigma: 2.6 },
    Look::Focused { sigma: 3.4 },
];

/// Every distinct QR code in a picture, light or inverted, top to bottom: [`scan_with`] the [`Effort::still`].
pub fn scan(picture: &Picture) -> Vec<Found> {
    scan_with(picture, &Effort::still())
}

/// Every distinct QR code in a picture, light or inverted, top to bottom.
///
/// One that reads well is found by the first look; a picture without any gets them all, as far as `effort` lets.
pub fn scan_with(picture: &Picture, effort: &Effort<'_>) -> Vec<Found> {
    let watch = effort.watch();
    let mut found = scan_plane(&picture.luma, effort, &watch);
    if found.is_empty()
        && let Some(on_black) = &picture.on_black
    {
        found = scan_plane(on_black, effort, &watch);
    }
    in_reading_order(found)
}

/// Row by row: a code is in the row of the topmost one if it begins above that one's middle.
fn in_reading_order(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by(|one, other| one.corners[0].1.total_cmp(&other.corners[0].1));
    let mut ordered = Vec::with_capacity(found.len());
    while let Some(first) = found.first() {
        let (_, middle) = first.middle();
        let end = found
            .iter()
            .position(|one| one.corners[0].1 > middle)
            .unwrap_or(found.len())
            .max(1);
        let mut row: Vec<Found> = found.drain(..end).collect();
        row.sort_by(|one, other| one.corners[0].0.total_cmp(&other.corners[0].0));
        ordered.append(&mut row);
    }
    ordered
}

fn scan_plane(plane: &GrayImage, effort: &Effort<'_>, watch: &Watch<'_>) -> Vec<Found> {
    let all = Region::all(plane);
    let Seen { found, glimpses } = all.look(Look::Plain, plane);
    let mut finds = Finds::default();
    finds.add(found);

    // Also if something was found already: a small code beside a large one shows only at twice the size.
    let tiles = Region::tiles(plane.width(), plane.height(), TILE.0, TILE.1);
    let mut jobs: Vec<Job> = tiles
        .iter()
        .map(|tile| Job::always(Look::Doubled, *tile))
        .collect();
    for region in unread(&glimpses, &finds, plane) {
        jobs.extend(CLOSER.map(|look| Job::always(look, region)));
    }
    jobs.extend(WHOLE.map(|look| Job::otherwise(look, all)));
    for look in TILED {
        jobs.extend(tiles.iter().map(|tile| Job::otherwise(look, *tile)));
    }
    if all.pixels() <= MAX_QUADRUPLED {
        jobs.extend(FOCUSED.map(|look| Job::otherwise(look, all)));
        jobs.push(Job::otherwise(Look::Sharpest, all));
    }

    let threads = if all.pixels() < MIN_SHARED {
        1
    } else {
        effort.threads()
    };
    share(&jobs, plane, finds, threads, watch)
}

/// Places that looked like a code, do not lie on one that was read, and are far smaller than the picture.
fn unread(glimpses: &[[(f32, f32); 4]], finds: &Finds, plane: &GrayImage) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    for region in glimpses
        .iter()
        .filter_map(|corners| Region::around(corners, plane))
    {
        let read = finds.0.iter().any(|one| region.holds(one.middle()));
        let tile = u64::from(TILE.0) * u64::from(TILE.0);
        if !read && region.pixels() <= tile && !regions.contains(&region) {
            regions.push(region);
        }
    }
    regions.truncate(MAX_GLIMPSES);
    regions
}

/// A look at a part of the picture.
struct Job {
    look: Look,
    region: Region,
    /// Also if a code was found already.
    always: bool,
}

impl Job {
    const fn always(look: Look, region: Region) -> Self {
        Self {
            look,
            region,
            always: true,
        }
    }

    const fn otherwise(look: Look, region: Region) -> Self {
        Self {
            look,
            region,
            always: false,
        }
    }
}

/// Takes the looks in their order on several threads, until they are done, something was found or the time is up.
fn share(
    jobs: &[Job],
    plane: &GrayImage,
    finds: Finds,
    threads: usize,
    watch: &Watch<'_>,
) -> Vec<Found> {
    let finds = Mutex::new(finds);
    let next = AtomicUsize::new(0);
    let locked = || finds.lock().unwrap_or_else(PoisonError::into_inner);
    let work = || {
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            if watch.is_over() {
                break;
            }
            let settled = {
                let finds = locked();
                if job.always {
                    // A place that is read by now needs no closer look.
                    !matches!(job.look, Look::Doubled)
                        && finds.0.iter().any(|one| job.region.holds(one.middle()))
                } else {
                    !finds.0.is_empty()
                }
            };
            if settled {
                continue;
            }
            let seen = job.region.look(job.look, plane);
            locked().add(seen.found);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            // Where no thread can be had, the others do its work.
            let _ = std::thread::Builder::new().spawn_scoped(scope, work);
        }
        work();
    });
    finds.into_inner().unwrap_or_else(PoisonError::into_inner).0
}

impl Found {
    fn middle(&self) -> (f32, f32) {
        let mean = |of: fn(&(f32, f32)) -> f32| self.corners.iter().map(of).sum::<f32>() / 4.0;
        (mean(|point| point.0), mean(|point| point.1))
    }
}

/// Codes seen so far, each payload once.
#[derive(Default)]
pub(crate) struct Finds(pub(crate) Vec<Found>);

impl Finds {
    pub(crate) fn add(&mut self, seen: Vec<Found>) {
        for one in seen {
            let text = one.payload.expose_secret();
            let known = self
                .0
                .iter()
                .any(|other| other.payload.expose_secret() == text);
            if !text.is_empty() && !known {
                self.0.push(one);
            }
        }
    }
}
