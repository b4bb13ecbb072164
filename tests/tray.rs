//! The tray's menu, chosen from as the desktop does it: over D-Bus.
//!
//! Needs a display, a session bus of its own and tauri-driver, which `cargo xtask test` sets up; hence ignored
//! elsewhere.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use deskfob_vault::{Home, KdfCost, Vault};
use support::window::Desktop;
use tokio::sync::mpsc;
use zbus::fdo::DBusProxy;
use zbus::names::BusName;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, Proxy};

const PASSWORD: &str = "a vault password of some length";
const WAIT: Duration = Duration::from_secs(30);

/// The part of the desktop that icons are registered with.
struct Watcher(mpsc::UnboundedSender<String>);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: String) {
        self.0.send(service).unwrap();
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and tauri-driver; `cargo xtask test` runs it"]
async fn the_trays_menu_locks_and_quits() {
    let (registered, mut icons) = mpsc::unbounded_channel();
    let bus = zbus::connection::Builder::session()
        .unwrap()
        .serve_at("/StatusNotifierWatcher", Watcher(registered))
        .unwrap()
        .name("org.kde.StatusNotifierWatcher")
        .unwrap()
        .build()
        .await
        .expect("a session bus without a tray");

    let desktop = Desktop::new();
    let home = Home::at(&desktop.home()).unwrap();
    let vault = Vault::create(&home, PASSWORD.into(), KdfCost::FLOOR).await;
    vault.unwrap().lock().await;
    let window = desktop.open().await;
    window.enter("unlock-password", PASSWORD).await;
    window.click("unlock-submit").await;
    window.gone("unlock-password").await;

    let icon = tokio::time::timeout(WAIT, icons.recv()).await;
    let icon = icon.expect("the app has an icon").unwrap();
    let menu = Proxy::new(&bus, icon.clone(), "/MenuBar", "com.canonical.dbusmenu")
        .await
        .unwrap();
    let items = items(&menu).await;
    for label in ["Show Deskfob", "Lock", "Quit"] {
        assert!(items.contains_key(label), "no {label} in {items:?}");
    }

    choose(&menu, items["Lock"]).await.unwrap();
    let locked = "the vault is locked reason=Person";
    until("the vault is locked", || {
        std::fs::read_to_string(desktop.log()).is_ok_and(|log| log.contains(locked))
    })
    .await;

    // It may be gone before it answers.
    let _ = choose(&menu, items["Quit"]).await;
    let started = Instant::now();
    while is_there(&bus, &icon).await {
        assert!(started.elapsed() < WAIT, "the app does not end");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    window.kill();
}

/// The menu's items by what they say.
async fn items(menu: &Proxy<'_>) -> HashMap<String, i32> {
    type Properties = HashMap<String, OwnedValue>;
    let all: (Vec<i32>, Vec<&str>) = (vec![], vec!["label"]);
    let items: Vec<(i32, Properties)> = menu.call("GetGroupProperties", &all).await.unwrap();
    let labelled = items.into_iter().filter_map(|(id, mut properties)| {
        let label: String = properties.remove("label")?.try_into().ok()?;
        Some((label, id))
    });
    labelled.collect()
}

async fn choose(menu: &Proxy<'_>, item: i32) -> zbus::Result<()> {
    let clicked = (item, "clicked", Value::from(0), 0_u32);
    menu.call("Event", &clicked).await
}

async fn is_there(bus: &Connection, name: &str) -> bool {
    let bus = DBusProxy::new(bus).await.unwrap();
    let name = BusName::try_from(name).unwrap();
    bus.name_has_owner(name).await.unwrap()
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < WAIT, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
