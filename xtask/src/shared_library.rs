//! Whether a shared library is there, as build scripts look for libclang: by the variable that names its place, and in
//! the folders of the system and of LLVM.

use std::path::{Path, PathBuf};

/// Names the library or its folder.
const PLACE: &str = "LIBCLANG_PATH";

/// Folders with libraries, or with folders of them.
const FOLDERS: &[&str] = &["/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib"];

pub(crate) fn is_there(name: &str) -> bool {
    if let Some(place) = std::env::var_os(PLACE) {
        let place = Path::new(&place);
        return place.is_file() || holds(place, name);
    }
    FOLDERS.iter().any(|folder| {
        let folder = Path::new(folder);
        holds(folder, name)
            || entries(folder)
                .iter()
                // Such as `x86_64-linux-gnu` and `llvm-14/lib`.
                .any(|inner| holds(inner, name) || holds(&inner.join("lib"), name))
    })
}

fn holds(folder: &Path, name: &str) -> bool {
    entries(folder).iter().any(|file| {
        file.file_name()
            .and_then(|file| file.to_str())
            .is_some_and(|file| is_named(file, name))
    })
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    entries.flatten().map(|entry| entry.path()).collect()
}

/// Whether a file is this library: `libclang.so`, `libclang.so.1`, `libclang-14.so.1`, but not `libclang-cpp.so.14`.
fn is_named(file: &str, name: &str) -> bool {
    let Some((stem, version)) = file
        .strip_prefix(name)
        .and_then(|rest| rest.split_once(".so"))
    else {
        return false;
    };
    let is_version = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    is_version(stem.strip_prefix('-').unwrap_or(stem))
        && (version.is_empty() || version.starts_with('.') && is_version(version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_not_another_that_begins_like_it() {
        for file in [
            "libclang.so",
            "libclang.so.1",
            "libclang-14.so",
            "libclang-14.so.14.0.6",
        ] {
            assert!(is_named(file, "libclang"), "{file}");
        }
        for file in [
            "libclang-cpp.so.14",
            "libclang.a",
            "libclang_rt.so",
            "libclan.so",
            "libclang.so.txt",
            "libclang",
        ] {
            assert!(!is_named(file, "libclang"), "{file}");
        }
    }
}
