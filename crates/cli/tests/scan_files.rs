//! `fob scan FILE`: texts with links beside pictures, and files that hold neither.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::{Fob, qr_picture};

const KEY: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// A transfer of two codes with an account each.
const TRANSFER: [&str; 2] = [
    "otpauth-migration://offline?data=ChIKBUhlbGxvEgNvbmUgASgBMAIQARgCIAA",
    "otpauth-migration://offline?data=ChIKBVdvcmxkEgN0d28gASgBMAIQARgCIAE",
];

/// A link with a key of its own.
fn link(issuer: &str) -> String {
    let own = issuer[..1].repeat(8);
    format!("otpauth://totp/{issuer}:ada?secret={KEY}{own}&issuer={issuer}")
}

/// Writes a file and gives its path.
fn file(fob: &Fob, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = fob.file(name);
    std::fs::write(&path, content).expect("written");
    path.to_str().expect("UTF-8").to_owned()
}

fn texts_of(scanned: &Value, field: &str) -> Vec<String> {
    let payloads = scanned["payloads"].as_array().expect("payloads").iter();
    payloads
        .map(|payload| payload[field].as_str().expect("text").to_owned())
        .collect()
}

#[test]
fn links_in_a_text_are_read_like_the_codes_of_a_picture() {
    let fob = Fob::with_vault();
    let lines = format!(
        "\u{feff}My codes\r\n{}\r\n\r\nand {} of work\r\nOTPAUTH://totp/Third:ada?secret={KEY}\r\n",
        link("First"),
        link("Second")
    );
    // Its name says nothing of what it is.
    let text = file(&fob, "codes.png", &lines);
    let seen = fob.bare(&["scan", &text, "--json"], "").ends(0).json();
    assert_eq!(seen["file"], text.as_str());
    assert_eq!(seen["error"], Value::Null);
    assert_eq!(texts_of(&seen, "issuer"), ["First", "Second", "Third"]);
    assert_eq!(
        seen["payloads"][0],
        json!({
            "id": null, "type": "totp", "issuer": "First", "account": "ada", "algorithm": "SHA1",
            "digits": 6, "period": 30, "counter": null, "notices": [], "replaced": false,
        }),
        "as a picture's"
    );
    let shown = fob.bare(&["scan", &text], "").ends(0).stdout;
    assert_eq!(shown.lines().count(), 3, "{shown}");
    let added = fob.json(&["scan", &text, "--add"], "");
    assert!(added["payloads"][2]["id"].is_string(), "{added}");
    assert_eq!(fob.listed(), ["First ada", "Second ada", "Third ada"]);
    assert!(!fob.printed().contains(KEY), "the key was not asked for");
    let raw = fob.bare(&["scan", &text, "--raw"], "").ends(0).stdout;
    assert_eq!(
        raw,
        format!(
            "My codes\n{}\n{}\nOTPAUTH://totp/Third:ada?secret={KEY}\n",
            link("First"),
            link("Second")
        )
    );
}

#[test]
fn a_transfer_in_a_text_counts_if_it_is_whole() {
    let fob = Fob::new();
    let whole = file(&fob, "whole.txt", TRANSFER.join("\n"));
    let seen = fob.bare(&["scan", &whole, "--json"], "").ends(0).json();
    assert_eq!(texts_of(&seen, "account"), ["one", "two"]);
    let half = file(&fob, "half.txt", TRANSFER[1]);
    let seen = fob.bare(&["scan", &half, "--json"], "").ends(1).json();
    assert_eq!(seen["error"]["code"], "transfer_incomplete");
}

#[test]
fn what_is_wrong_in_a_text_is_told_beside_what_is_right() {
    let fob = Fob::new();
    let text = file(
        &fob,
        "codes.txt",
        format!(
            "{}\notpauth://totp/Bad:ada?secret=QWERTY018\n",
            link("Good")
        ),
    );
    let seen = fob.bare(&["scan", &text, "--json"], "").ends(1).json();
    assert_eq!(texts_of(&seen, "issuer"), ["Good"]);
    assert_eq!(seen["error"]["code"], "seed_lookalike");
}

#[test]
fn files_that_hold_no_code_are_named_with_a_next_step() {
    let fob = Fob::new();
    let many = "otpauth://totp/a\n".repeat(deskfob_scan::MAX_TEXT_LINES + 1);
    let long = link("Long") + &" ".repeat(deskfob_scan::MAX_TEXT_BYTES);
    let mut large = vec![b' '; deskfob_scan::MAX_ENCODED_BYTES + 1];
    large[..8].copy_from_slice(b"otpauth:");
    let latin = [link("Acme").as_bytes(), b"\nz\xfcrich"].concat();
    let cases: [(&str, &[u8], &str, &str); 10] = [
        (
            "a letter",
            b"Dear Ada, nothing here.",
            "not_a_picture",
            "otpauth links",
        ),
        ("nothing", b"", "not_a_picture", "otpauth links"),
        ("not UTF-8", &latin, "not_a_picture", "otpauth links"),
        (
            "too many lines",
            many.as_bytes(),
            "text_too_many_lines",
            "several parts",
        ),
        (
            "a long text",
            long.as_bytes(),
            "text_too_long",
            "several parts",
        ),
        ("a large file", &large, "picture_too_long", "cut"),
        (
            "AVIF",
            b"\0\0\0\x20ftypavif\0\0\0\0avifmif1",
            "picture_unsupported",
            "save it as PNG",
        ),
        (
            "HEIC",
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
            "picture_unsupported",
            "save it as PNG",
        ),
        (
            "PDF",
            b"%PDF-1.7\n",
            "picture_unsupported",
            "save it as PNG",
        ),
        (
            "SVG",
            b"<svg xmlns='x'/>",
            "picture_unsupported",
            "save it as PNG",
        ),
    ];
    for (name, content, code, advice) in cases {
        let path = file(&fob, "file", content);
        let seen = fob.bare(&["scan", &path, "--json"], "").ends(1).json();
        let error = &seen["error"];
        assert_eq!(error["code"], code, "{name}: {seen}");
        let hint = error["hint"].as_str().expect("a next step");
        assert!(hint.contains(advice), "{name}: {hint}");
        if code == "picture_unsupported" {
            assert_eq!(error["message"], format!("{name} files cannot be read"));
        }
        assert_eq!(seen["payloads"], json!([]), "{name}");
    }
    assert!(!fob.printed().contains(KEY));
}

#[test]
fn pictures_and_texts_are_read_in_their_order() {
    let fob = Fob::new();
    let picture = fob.file("code.txt");
    qr_picture(&fob.file("code.png"), &link("Picture"));
    std::fs::rename(fob.file("code.png"), &picture).expect("renamed");
    let text = file(&fob, "links", link("Text"));
    let picture = picture.to_str().expect("UTF-8");
    let ran = fob.bare(&["scan", &text, picture, "--json"], "").ends(0);
    let issuers: Vec<String> = ran
        .stdout
        .lines()
        .flat_map(|line| texts_of(&serde_json::from_str(line).expect("JSON"), "issuer"))
        .collect();
    assert_eq!(issuers, ["Text", "Picture"]);
}
