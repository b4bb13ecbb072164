//! `cargo xtask icons`: every picture in icons/ from two drawings.
//!
//! deskfob.svg is drawn for 48 pixels and more, deskfob-small.svg for less. The Tauri command line tool renders
//! each; the two files that hold several sizes take each size from the drawing that was made for it.

use std::path::Path;

use crate::display::empty_folder;
use crate::node;
use crate::process;
use crate::project;
use crate::say;
use crate::system::Install;
use crate::trouble::{Trouble, at};

/// The sizes that the small drawing is for, in pixels.
const SMALL: &[u32] = &[16, 24, 32];
/// The sizes of the large drawing that are named after their width.
const LARGE: &[u32] = &[48, 64, 128, 256];

/// Draws all of icons/ again.
pub(crate) fn icons(arguments: &[String], _install: Install) -> Result<(), Trouble> {
    if let Some(argument) = arguments.first() {
        return Err(Trouble::Usage(format!("icons does not take {argument:?}")));
    }
    say::heading("Interface (the icon tool is one of its packages)");
    node::check()?;
    node::install(process::run)?;

    say::heading("Icons");
    let icons = project::root().join("icons");
    let drawn = empty_folder(project::scratch().join("icons"))?;
    let (small, large) = (drawn.join("small"), drawn.join("large"));
    // Without sizes the tool draws its whole set, with sizes only those.
    for (source, folder, sizes) in [
        ("deskfob-small.svg", &small, &[][..]),
        ("deskfob-small.svg", &small, SMALL),
        ("deskfob.svg", &large, &[][..]),
        ("deskfob.svg", &large, LARGE),
    ] {
        let mut draw = node::tauri();
        draw.arg("icon")
            .arg(icons.join(source))
            .arg("--output")
            .arg(folder);
        for size in sizes {
            draw.args(["--png", &size.to_string()]);
        }
        process::run(draw)?;
    }

    for (folder, sizes) in [(&small, SMALL), (&large, LARGE)] {
        for size in sizes {
            let name = format!("{size}x{size}.png");
            copy(&folder.join(&name), &icons.join(&name))?;
        }
    }
    // 512 pixels, under the name that the bundler knows.
    copy(&large.join("icon.png"), &icons.join("icon.png"))?;
    for (name, join) in [
        ("icon.ico", join_ico as Join),
        ("icon.icns", join_icns as Join),
    ] {
        let [small, large] = [&small, &large].map(|folder| folder.join(name));
        let [small_bytes, large_bytes] = [
            std::fs::read(&small).map_err(at(&small))?,
            std::fs::read(&large).map_err(at(&large))?,
        ];
        let joined = join(&small_bytes, &large_bytes).ok_or_else(|| Trouble::Unmet {
            what: format!(
                "{} or {} is not laid out as expected",
                small.display(),
                large.display()
            ),
            next: "The icon tool may write another layout now: see icons.rs".to_owned(),
        })?;
        let target = icons.join(name);
        std::fs::write(&target, joined).map_err(at(target))?;
    }
    say::note(&format!("in {}", icons.display()));
    Ok(())
}

type Join = fn(&[u8], &[u8]) -> Option<Vec<u8>>;

fn copy(from: &Path, to: &Path) -> Result<(), Trouble> {
    std::fs::copy(from, to).map_err(at(from))?;
    Ok(())
}

/// An ICO file is a header of 6 bytes (two zeroes, the type 1, the number of pictures, each 16 bits, little
/// endian), an entry of 16 bytes for each picture (width first, 0 for 256; length and position last) and the
/// pictures. The joined file has the order of the large one.
fn join_ico(small: &[u8], large: &[u8]) -> Option<Vec<u8>> {
    let small = ico_pictures(small)?;
    let mut pictures = ico_pictures(large)?;
    for (entry, picture) in &mut pictures {
        if SMALL.contains(&u32::from(entry[0])) {
            (*entry, *picture) = *small.iter().find(|(other, _)| other[0] == entry[0])?;
        }
    }
    let mut file = vec![0, 0, 1, 0];
    file.extend(u16::try_from(pictures.len()).ok()?.to_le_bytes());
    let mut position = 6 + 16 * pictures.len();
    for (entry, picture) in &pictures {
        file.extend(&entry[..12]);
        file.extend(u32::try_from(position).ok()?.to_le_bytes());
        position += picture.len();
    }
    for (_, picture) in &pictures {
        file.extend(*picture);
    }
    Some(file)
}

fn ico_pictures(file: &[u8]) -> Option<Vec<([u8; 16], &[u8])>> {
    let [0, 0, 1, 0, low, high] = *file.first_chunk::<6>()? else {
        return None;
    };
    let count = usize::from(u16::from_le_bytes([low, high]));
    let entries = file.get(6..6 + 16 * count)?.chunks_exact(16);
    entries
        .map(|entry| {
            let entry = *entry.first_chunk::<16>()?;
            let length = little(&entry[8..12])?;
            let position = little(&entry[12..16])?;
            Some((entry, file.get(position..position.checked_add(length)?)?))
        })
        .collect()
}

fn little(bytes: &[u8]) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(*bytes.first_chunk()?)).ok()
}

/// The ICNS entries of 16 and 32 pixels: colours and masks of the old kind, PNG of the new, and 16 doubled.
const SMALL_ICNS: &[&[u8; 4]] = &[
    b"is32", b"s8mk", b"il32", b"l8mk", b"icp4", b"icp5", b"ic11",
];

/// An ICNS file is `icns` and its length, then entries: a name of 4 bytes, the length with these 8 bytes (32 bits,
/// big endian) and the picture. The tool writes them in any order, the joined file has them sorted: drawn again,
/// it is the same file.
fn join_icns(small: &[u8], large: &[u8]) -> Option<Vec<u8>> {
    let small = icns_entries(small)?;
    let mut file = b"icns\0\0\0\0".to_vec();
    let mut entries = icns_entries(large)?;
    entries.sort_by_key(|(name, _)| *name);
    for (name, entry) in entries {
        let entry = if SMALL_ICNS.contains(&&name) {
            small.iter().find(|(other, _)| *other == name)?.1
        } else {
            entry
        };
        file.extend(entry);
    }
    let length = u32::try_from(file.len()).ok()?;
    file[4..8].copy_from_slice(&length.to_be_bytes());
    Some(file)
}

/// The entries with their names; each slice begins with name and length.
fn icns_entries(file: &[u8]) -> Option<Vec<([u8; 4], &[u8])>> {
    let mut rest = file.strip_prefix(b"icns")?.get(4..)?;
    let mut entries = Vec::new();
    while let Some(name) = rest.first_chunk::<4>() {
        let length = u32::from_be_bytes(*rest.get(4..)?.first_chunk()?);
        let (entry, after) = rest.split_at_checked(usize::try_from(length).ok()?.max(8))?;
        entries.push((*name, entry));
        rest = after;
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ico(pictures: &[(u8, &[u8])]) -> Vec<u8> {
        let mut file = vec![0, 0, 1, 0, u8::try_from(pictures.len()).unwrap(), 0];
        let mut position = 6 + 16 * pictures.len();
        for (width, picture) in pictures {
            file.extend([*width, *width, 0, 0, 1, 0, 32, 0]);
            file.extend(u32::try_from(picture.len()).unwrap().to_le_bytes());
            file.extend(u32::try_from(position).unwrap().to_le_bytes());
            position += picture.len();
        }
        for (_, picture) in pictures {
            file.extend(*picture);
        }
        file
    }

    fn icns(entries: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut file = b"icns".to_vec();
        let length = 8 + entries
            .iter()
            .map(|(_, picture)| 8 + picture.len())
            .sum::<usize>();
        file.extend(u32::try_from(length).unwrap().to_be_bytes());
        for (name, picture) in entries {
            file.extend(*name);
            file.extend(u32::try_from(8 + picture.len()).unwrap().to_be_bytes());
            file.extend(*picture);
        }
        file
    }

    #[test]
    fn an_ico_takes_its_small_sizes_from_the_small_drawing() {
        let small = ico(&[(16, b"s16"), (32, b"small32"), (0, b"s256")]);
        let large = ico(&[(32, b"l32"), (16, b"large16"), (48, b"l48"), (0, b"l256")]);
        let expected = ico(&[(32, b"small32"), (16, b"s16"), (48, b"l48"), (0, b"l256")]);
        assert_eq!(join_ico(&small, &large), Some(expected));
    }

    #[test]
    fn an_icns_takes_its_small_sizes_from_the_small_drawing() {
        let small = icns(&[(b"is32", b"small"), (b"ic07", b"s128")]);
        let large = icns(&[(b"is32", b"l16"), (b"ic07", b"l128")]);
        assert_eq!(
            join_icns(&small, &large),
            Some(icns(&[(b"ic07", b"l128"), (b"is32", b"small")]))
        );
    }

    #[test]
    fn files_of_another_layout_are_refused() {
        let good = ico(&[(16, b"s16")]);
        for bad in [
            &b""[..],
            b"icns",
            &good[..good.len() - 1],
            b"\x89PNG\r\n\x1a\n",
        ] {
            assert_eq!(join_ico(bad, &good), None, "{bad:?}");
        }
        let good = icns(&[(b"is32", b"x")]);
        for bad in [&b""[..], &good[..good.len() - 1], b"nope\0\0\0\x08"] {
            assert_eq!(join_icns(bad, &good), None, "{bad:?}");
        }
        assert_eq!(
            join_ico(&ico(&[]), &ico(&[(16, b"s")])),
            None,
            "the small file lacks the size"
        );
    }
}
