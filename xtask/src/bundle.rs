//! `cargo xtask bundle`: packages to install.

use crate::node;
use crate::packages::Group;
use crate::process;
use crate::project;
use crate::say;
use crate::system::{self, Install};
use crate::trouble::Trouble;

/// The formats that are made when none is named: those that need no download.
const DEFAULT: &[&str] = if cfg!(target_os = "macos") {
    &["app", "dmg"]
} else if cfg!(windows) {
    &["msi"]
} else {
    &["deb", "rpm"]
};

/// Builds the release and packs it.
pub(crate) fn bundle(formats: &[String], install: Install) -> Result<(), Trouble> {
    if let Some(option) = formats.iter().find(|format| format.starts_with('-')) {
        return Err(Trouble::Usage(format!("bundle does not take {option:?}")));
    }
    say::heading("System packages");
    system::ensure(&[Group::Build], install)?;
    say::heading("Interface");
    node::check()?;
    node::install(process::run)?;

    say::heading("Release build and packages");
    let formats = match formats {
        [] => DEFAULT.join(","),
        named => named.join(","),
    };
    let mut build = node::tauri();
    build.args(["build", "--bundles", &formats]);
    process::run(build)?;
    say::note(&format!(
        "in {}",
        project::target().join("release").join("bundle").display()
    ));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> String {
        std::fs::read_to_string(project::root().join(path)).unwrap()
    }

    /// The keys of a property list's one dictionary with their values: texts, and `true` or `false`. Panics at whatever
    /// is not of that form.
    fn plist(text: &str) -> Vec<(String, String)> {
        const HEAD: &str = concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
            "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" ",
            "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n",
        );
        let body = text
            .strip_prefix(HEAD)
            .expect("the head of a property list");
        let (before, body) = body.split_once("<plist version=\"1.0\">\n<dict>").unwrap();
        let comment = before.trim().strip_prefix("<!--").unwrap();
        assert_eq!(comment.find("--"), Some(comment.len() - "-->".len()));
        let mut rest = body.strip_suffix("</dict>\n</plist>\n").unwrap().trim();
        let mut pairs = Vec::new();
        while !rest.is_empty() {
            let (key, after) = element(rest, "key");
            let after = after.trim_start();
            let (value, after) = ["true", "false"]
                .iter()
                .find_map(|flag| {
                    let after = after.strip_prefix(&format!("<{flag}/>"))?;
                    Some(((*flag).to_owned(), after))
                })
                .unwrap_or_else(|| element(after, "string"));
            pairs.push((key, value));
            rest = after.trim_start();
        }
        pairs
    }

    fn element<'a>(text: &'a str, name: &str) -> (String, &'a str) {
        let inner = text.strip_prefix(&format!("<{name}>")).unwrap();
        let (inner, after) = inner.split_once(&format!("</{name}>")).unwrap();
        assert!(!inner.contains(['<', '&']), "{inner}");
        (inner.to_owned(), after)
    }

    #[test]
    fn macos_is_told_what_the_camera_is_for() {
        let mut config = file("tauri.conf.json");
        config.retain(|character| !character.is_whitespace());
        let settings = concat!(
            "\"macOS\":{\"hardenedRuntime\":true,",
            "\"entitlements\":\"src-tauri/Entitlements.plist\",",
            "\"infoPlist\":\"src-tauri/Info.plist\"}",
        );
        assert!(config.contains(settings), "the bundler is given both");
        assert!(
            config.contains("\"deep-link\":{\"desktop\":{\"schemes\":[\"otpauth\","),
            "what the bundler writes CFBundleURLTypes from"
        );

        let keys = plist(&file("src-tauri/Info.plist"));
        let [(key, purpose)] = &keys[..] else {
            panic!("{keys:?}")
        };
        assert_eq!(key, "NSCameraUsageDescription");
        assert!(purpose.contains("QR codes"), "{purpose}");
        assert_eq!(
            plist(&file("src-tauri/Entitlements.plist")),
            [(
                "com.apple.security.device.camera".to_owned(),
                "true".to_owned()
            )],
            "and no other right"
        );
    }
}
