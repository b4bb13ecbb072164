//! Pictures and codes made by other programs.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Draws `text` as a QR code into a PNG file; the text goes through standard input.
pub fn qrencode(text: &str, file: &Path) {
    let mut process = Command::new("qrencode")
        .args(["-s", "8", "-o"])
        .arg(file)
        .stdin(Stdio::piped())
        .spawn()
        .expect("this test needs the Debian package qrencode");
    process
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    assert!(process.wait().unwrap().success(), "qrencode draws the code");
}

/// oathtool's codes of a base32 key: the period before, this one and the next.
pub fn oathtool(key: &str) -> Vec<String> {
    let output = Command::new("oathtool")
        .args([
            "--totp",
            "--base32",
            "--now",
            "30 seconds ago",
            "--window",
            "2",
            key,
        ])
        .output()
        .expect("this test needs the Debian package oathtool");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}
