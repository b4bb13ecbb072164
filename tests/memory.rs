//! What is left in memory when the vault is locked: the real program and its web view, looked through from outside.
//!
//! Needs a display, a session bus and tauri-driver, which `cargo xtask test` sets up; hence ignored elsewhere.
//! `DESKFOB_MEMORY_PLACES=1` prints where something was found, with the bytes around it.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use data_encoding::{BASE32_NOPAD, HEXLOWER, HEXUPPER};
use deskfob_otp::{Entry, UnixTime};
use deskfob_vault::{Home, KdfCost, NewAccount, Vault};
use secrecy::ExposeSecret;
use support::processes::{Found, Needle, scan};
use support::secrets;
use support::vault_key::Keys;
use support::window::{Desktop, Window};

/// Digits of the codes looked for. Six of them come about by chance in a hundred megabytes; eight do not.
const DIGITS: u32 = 8;

/// Everything that must be gone, by the name that it is reported by.
#[derive(Default)]
struct Secrets {
    needles: Vec<Needle>,
}

impl Secrets {
    fn bytes(&mut self, name: &str, bytes: &[u8]) {
        self.needles.push(Needle {
            name: name.to_owned(),
            bytes: bytes.to_vec(),
        });
    }

    /// As UTF-8, and as UTF-16 as JavaScript has it.
    fn text(&mut self, name: &str, text: &str) {
        self.bytes(name, text.as_bytes());
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.bytes(&format!("{name} (UTF-16)"), &wide);
    }

    fn key(&mut self, name: &str, key: &[u8]) {
        self.bytes(name, key);
        self.text(&format!("{name} (hexadecimal)"), &HEXLOWER.encode(key));
        self.text(&format!("{name} (HEXADECIMAL)"), &HEXUPPER.encode(key));
    }

    fn seed(&mut self, name: &str, seed: &[u8]) {
        self.key(name, seed);
        let base32 = BASE32_NOPAD.encode(seed);
        self.text(&format!("{name} (BASE32)"), &base32);
        self.text(&format!("{name} (base32)"), &base32.to_lowercase());
    }

    /// Any three words of a recovery kit after one another: single ones are in every list of its words.
    fn kit(&mut self, words: &str) {
        let words: Vec<&str> = words.split(' ').collect();
        for three in words.windows(3) {
            self.text("recovery kit", &three.join(" "));
            self.text("recovery kit (lines)", &three.join("\n"));
        }
    }

    /// The codes of every period that the test may see.
    fn codes(&mut self, name: &str, uri: &str, from: u64, to: u64) {
        let entry = Entry::from_uri(uri).unwrap().entry;
        for time in (from - 60..to + 60).step_by(30) {
            self.text(name, entry.code_at(UnixTime(time)).expose());
        }
    }
}

/// An entry with a new seed.
struct Account {
    name: &'static str,
    seed: Vec<u8>,
    uri: String,
}

impl Account {
    fn new(name: &'static str, kind: &str, more: &str) -> Self {
        let seed = random::<20>().to_vec();
        let base32 = BASE32_NOPAD.encode(&seed);
        let uri = format!(
            "otpauth://{kind}/{name}:somebody?secret={base32}&issuer={name}&digits={DIGITS}{more}"
        );
        Self { name, seed, uri }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and tauri-driver; `cargo xtask test` runs it"]
async fn nothing_is_left_in_memory_after_locking() {
    let started = now();
    let password = format!("a password {}", HEXLOWER.encode(&random::<12>()));
    let by_link = Account::new("Link", "totp", "");
    let by_form = Account::new("Form", "totp", "");
    let by_fob = Account::new("Terminal", "hotp", "&counter=7");
    let recovery_codes: Vec<String> = (0..5).map(|_| HEXLOWER.encode(&random::<8>())).collect();

    let desktop = Desktop::new();
    let mut window = desktop.open().await;
    let app = window.processes().app();

    println!(
        "· a password that is being typed is in the page's memory: the search finds what is there"
    );
    window.find("create-password").await;
    if window.is_ticked("create-keyring").await {
        window.click("create-keyring").await;
    }
    window.enter("create-password", &password).await;
    window.enter("create-repeat", &password).await;
    let mut typed = Secrets::default();
    typed.text("password", &password);
    let page = window.processes().page();
    assert!(
        !scan(page, &typed.needles).is_empty(),
        "the password is being typed"
    );
    window.click("create-submit").await;
    window.find("codes-empty").await;

    println!("· entries by the page and by fob, recovery codes, an account of a platform");
    fob(&desktop.home(), &password, &by_fob.uri);
    keep_recovery_codes(&desktop.home(), &password, &recovery_codes).await;

    println!("· another password and a recovery kit open the vault, one after the other");
    let second = format!("another password {}", HEXLOWER.encode(&random::<12>()));
    let kit = add_ways_in(&desktop.home(), &password, &second).await;
    window.lock().await;
    window.enter("unlock-password", &second).await;
    window.click("unlock-submit").await;
    window.gone("unlock-password").await;
    window.lock().await;
    window.click("unlock-kit").await;
    window.enter("kit-text", &kit).await;
    window.click("kit-unlock").await;
    window.find("nav-codes").await;

    // The page learns of what was added when it is opened.
    window.lock().await;
    window.enter("unlock-password", &password).await;
    window.click("unlock-submit").await;
    window.gone("unlock-password").await;
    add_by_link(&window, &by_link).await;
    add_by_form(&window, &by_form).await;
    take(&window, &by_fob, "code-digits").await;
    window.click("nav-accounts").await;
    window.click("recovery-show").await;
    window.enter("recovery-password", &password).await;
    window.click("recovery-reveal").await;
    // Counted, not read: what WebDriver reads passes through the program.
    window.find("recovery-code").await;
    assert_eq!(window.count("recovery-code").await, recovery_codes.len());
    window.keys("\u{e00c}").await;
    window.click("nav-codes").await;
    take(&window, &by_link, "code-copied").await;

    let keys = Keys::of(&desktop.home(), &password);
    let mut known = Secrets::default();
    known.text("password", &password);
    known.text("second password", &second);
    known.kit(&kit);
    known.key("vault key", &keys.vault);
    known.key("wrapping key", &keys.wrapping);
    for account in [&by_link, &by_form, &by_fob] {
        known.seed(&format!("seed of {}", account.name), &account.seed);
    }
    for account in [&by_link, &by_form] {
        let name = format!("code of {}", account.name);
        known.codes(&name, &account.uri, started, now() + 120);
    }
    known.text("counted code", &counted(&by_fob));
    for code in &recovery_codes {
        known.text("recovery code", code);
    }
    let remembered =
        [&by_link.seed, &by_form.seed, &by_fob.seed].map(|seed| BASE32_NOPAD.encode(seed));
    secrets::remember(remembered.iter().map(String::as_str));
    secrets::remember([&password, &second, &kit].map(String::as_str));

    println!("· what is there while the vault is open");
    let (open_app, open_page) = (
        scan(app, &known.needles),
        scan(window.processes().page(), &known.needles),
    );
    report("program", &open_app);
    report("page", &open_page);
    for held in ["vault key", "seed of Link"] {
        assert!(
            open_app.contains_key(held),
            "the open vault holds the {held}"
        );
    }
    for shown in ["code of Link", "code of Form", "recovery code"] {
        assert!(
            open_page.keys().any(|name| name.starts_with(shown)),
            "the page has the {shown}"
        );
    }

    println!("· nothing of it is there when the vault is locked");
    let page = window.processes().page();
    window.lock().await;
    window.find("unlock-password").await;
    let processes = window.processes();
    assert_ne!(processes.page(), page, "the page runs in a new process");
    // A control that the search itself works on each of them.
    let home = desktop.home().display().to_string();
    known.bytes("control", home.as_bytes());
    let mut left = BTreeMap::new();
    for (name, pid) in [
        ("program", app),
        ("page", processes.page()),
        ("network", processes.network()),
    ] {
        let mut found = scan(pid, &known.needles);
        assert!(found.remove("control").is_some(), "{name} is searched");
        report(name, &found);
        if !found.is_empty() {
            left.insert(name, found);
        }
    }
    assert!(left.is_empty(), "left in memory after locking: {left:?}");
}

fn report(process: &str, found: &Found) {
    println!(
        "  {process}: {}",
        if found.is_empty() { "nothing" } else { "" }
    );
    for (name, count) in found {
        println!("    {name}: {count}");
    }
}

async fn add_by_link(window: &Window, account: &Account) {
    window.click("add-open").await;
    window.click("add-link").await;
    window.enter("link-text", &account.uri).await;
    window.click("link-submit").await;
    save(window, account).await;
}

async fn add_by_form(window: &Window, account: &Account) {
    window.click("add-open").await;
    window.click("add-form").await;
    window.enter("form-issuer", account.name).await;
    window.enter("form-account", "somebody").await;
    window
        .enter("form-key", &BASE32_NOPAD.encode(&account.seed))
        .await;
    let choose = format!(
        "const digits = document.querySelector('[data-testid=\"form-digits\"]'); digits.value = '{DIGITS}'; \
         digits.dispatchEvent(new Event('change', {{ bubbles: true }}))"
    );
    window.script(&choose).await;
    window.click("form-submit").await;
    save(window, account).await;
}

/// Takes an account's code by its row, until `sign` is there: it is copied, and a counter-based one is made first.
async fn take(window: &Window, account: &Account, sign: &str) {
    let row = format!("[data-issuer=\"{}\"]", account.name);
    window
        .click_selected(&format!("{row} [data-testid=\"code-main\"]"))
        .await;
    window
        .find_selected(&format!("{row} [data-testid=\"{sign}\"]"))
        .await;
}

/// The code of the counter that the account was added with.
fn counted(account: &Account) -> String {
    let entry = Entry::from_uri(&account.uri).unwrap().entry;
    entry.code_at(UnixTime(0)).expose().to_owned()
}

async fn save(window: &Window, account: &Account) {
    window.find("review-code").await;
    window.click("review-save").await;
    window.gone("review-save").await;
    let row = format!("[data-issuer=\"{}\"]", account.name);
    window.find_selected(&row).await;
}

/// Adds an entry as a person in a terminal does.
fn fob(home: &Path, password: &str, uri: &str) {
    let program = Path::new(env!("CARGO_BIN_EXE_deskfob")).with_file_name("fob");
    assert!(program.exists(), "cargo build --workspace --bins makes fob");
    let mut fob = Command::new(program)
        .args(["--password-stdin", "add", "--uri-stdin", "--home"])
        .arg(home)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = fob.stdin.take().unwrap();
    writeln!(input, "{password}\n{uri}").unwrap();
    drop(input);
    assert!(fob.wait().unwrap().success(), "fob adds the entry");
}

/// Puts an account of a platform and its recovery codes into the vault, as protecting the account would.
async fn keep_recovery_codes(home: &Path, password: &str, codes: &[String]) {
    let home = Home::at(home).unwrap();
    let vault = Vault::unlock_with_password(&home, password.into())
        .await
        .unwrap();
    let account = NewAccount {
        deployment: r#"{"preset":"sandbox"}"#.to_owned(),
        user_id: "somebody".to_owned(),
        email: "somebody@example.com".to_owned(),
        display_name: "Somebody".to_owned(),
    };
    let account = vault.put_account(&account, 0).await.unwrap();
    let codes: Vec<_> = codes.iter().map(|code| code.as_str().into()).collect();
    vault.replace_recovery_codes(account, &codes).await.unwrap();
    vault.lock().await;
}

/// Adds a second password and a recovery kit, and returns the kit's words. Not in the window: what WebDriver reads there
/// passes through the program as text.
async fn add_ways_in(home: &Path, password: &str, second: &str) -> String {
    let home = Home::at(home).unwrap();
    let vault = Vault::unlock_with_password(&home, password.into())
        .await
        .unwrap();
    vault
        .add_password_slot("Second", second.into(), KdfCost::FLOOR)
        .await
        .unwrap();
    let (slot, kit) = vault.add_recovery_kit("Kit").await.unwrap();
    vault.recovery_kit_shown(slot.id).await.unwrap();
    vault.lock().await;
    kit.words().expose_secret().to_owned()
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let mut source = std::fs::File::open("/dev/urandom").unwrap();
    source.read_exact(&mut bytes).unwrap();
    bytes
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or(Duration::ZERO).as_secs()
}
