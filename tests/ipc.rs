//! The page's commands, driven without a window against the embedded platform.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use serde_json::{Value, json};
use support::app::TestApp;
use support::browser::Browser;

const PASSWORD: &str = "a long enough password";

#[test]
fn every_command_waits_for_an_open_vault() {
    // What there is to do without an open vault.
    let without = [
        "vault_status",
        "vault_create",
        "vault_unlock",
        "vault_unlock_keyring",
        "vault_unlock_recovery_kit",
        "vault_repair",
        "vault_lock",
        "recovery_kit_forget",
        "backup_open",
        "backup_close",
        "sandbox_open",
        "screen_release",
    ];
    // Every argument of every command; each takes its own.
    let mut arguments = json!({
        "id": "1", "ids": ["1"], "which": "current", "issuer": "a", "account": "b", "text": "QWERTYUIOP",
        "form": {"issuer": "a", "account": "b", "key": "QWERTYUIOP", "kind": "totp", "algorithm": "SHA1",
            "digits": 6, "period": 30, "counter": 0},
        "drafts": [], "on": false, "deployment": {"preset": "sandbox"}, "token": "t", "accountId": "1",
        "passcode": null, "position": 1, "used": true, "password": PASSWORD, "organizationId": "1",
        "memberIds": ["1"], "required": true, "enabled": true, "newPassword": PASSWORD, "name": "n",
        "passwords": [PASSWORD], "change": {}, "before": null, "limit": 10, "how": "missing", "favourite": true,
        "region": {"x": 0, "y": 0, "width": 1, "height": 1},
        "passphrase": PASSWORD, "format": "uris", "channel": "__CHANNEL__:1",
        "agreed": true, "correct": true, "elsewhere": true,
        "edit": {"issuer": "a", "account": "b", "notes": "", "tags": [], "icon": null},
    });
    // Apart from the others: one `json!` takes no more.
    for (name, value) in [
        ("check", json!("session")),
        ("amr", json!(["mfa"])),
        ("maxAge", json!(null)),
        ("add", json!(true)),
        ("ask", json!(false)),
    ] {
        arguments[name] = value;
    }
    let app = TestApp::start();
    let check = |when: &str| {
        for command in support::commands() {
            if !without.contains(&command.as_str()) {
                let error = app.refused(&command, arguments.clone());
                assert_eq!(error["code"], "vault_locked", "{command}, {when}: {error}");
            }
        }
    };
    check("before there is a vault");
    app.create_vault(PASSWORD);
    app.ask("vault_lock", json!({}));
    check("after locking");
}

#[test]
fn locking_ends_what_is_under_way() {
    let app = TestApp::start();
    app.create_vault(PASSWORD);
    let draft =
        app.ask("draft_from_text", json!({"text": "QWERTYUIOP"}))["drafts"][0]["id"].clone();
    let ended = app.while_browsing_refused(
        "account_connect",
        json!({"deployment": {"preset": "sandbox"}}),
        |_| {
            app.ask("vault_lock", json!({}));
        },
    );
    assert_eq!(ended["code"], "sign_in_cancelled", "{ended}");
    app.ask("vault_unlock", json!({"password": PASSWORD}));
    assert_eq!(
        app.ask("account_list", json!({})),
        json!([]),
        "nothing was kept"
    );
    assert_eq!(
        app.ask("draft_codes", json!({"ids": [draft]})),
        json!([]),
        "drafts are gone"
    );
}

#[test]
fn a_vault_is_made_locked_and_opened_again() {
    let app = TestApp::start();
    assert_eq!(app.ask("vault_status", json!({}))["state"], "absent");
    let short = app.refused(
        "vault_create",
        json!({"password": "short", "useKeyring": false}),
    );
    assert!(
        short["hint"].is_string(),
        "a short password is told what to do: {short}"
    );
    app.create_vault(PASSWORD);
    assert_eq!(app.ask("vault_status", json!({}))["state"], "unlocked");
    app.ask("vault_lock", json!({}));
    assert_eq!(app.ask("vault_status", json!({}))["state"], "locked");
    let wrong = app.refused("vault_unlock", json!({"password": "not the password"}));
    assert_eq!(wrong["code"], "wrong_password", "{wrong}");
    assert!(
        wrong["retryAfterMs"].as_u64().is_some_and(|ms| ms > 0),
        "waiting begins: {wrong}"
    );
    let wait = app.refused("vault_unlock", json!({"password": PASSWORD}));
    assert!(
        wait["retryAfterMs"].is_u64(),
        "even the right password waits: {wait}"
    );
    std::thread::sleep(std::time::Duration::from_millis(1200));
    app.ask("vault_unlock", json!({"password": PASSWORD}));
    assert_eq!(app.ask("vault_status", json!({}))["state"], "unlocked");
}

#[test]
fn links_and_keys_become_entries_and_bad_ones_a_calm_sentence() {
    let app = TestApp::start();
    app.create_vault(PASSWORD);
    let drafts = app.ask(
        "draft_from_text",
        json!({"text": "otpauth://totp/Example:ada@example.com?secret=QWERTYUIOP&algorithm=SHA256"}),
    );
    let draft = &drafts["drafts"][0];
    assert_eq!(draft["issuer"], "Example");
    assert_eq!(draft["algorithm"], "SHA256");
    assert_eq!(
        draft["code"]["code"].as_str().map(str::len),
        Some(6),
        "the code runs already"
    );
    let kept = &app.ask(
        "draft_save",
        json!({"drafts": [{"id": draft["id"], "issuer": "Example", "account": "ada", "tags": ["Work"], "duplicate": "ask"}]}),
    )[0];
    assert_eq!(kept["tags"], json!(["Work"]));
    let again = app.ask(
        "draft_from_text",
        json!({"text": "otpauth://totp/Example:ada?secret=QWERTYUIOP&algorithm=SHA256"}),
    );
    let again = &again["drafts"][0];
    assert_eq!(
        again["duplicateOf"],
        json!([{"entry": kept, "sameCodes": true}]),
        "the twin is found"
    );
    let save = |issuer: &str, duplicate: Value| json!({"drafts": [{"id": again["id"], "issuer": issuer, "account": "ada l.", "tags": [], "duplicate": duplicate}]});
    let asked = app.refused("draft_save", save("Sample", json!("ask")));
    assert_eq!(
        asked["code"], "duplicate",
        "nothing is kept unasked: {asked}"
    );
    let renamed = app.ask("draft_list", json!({}))["drafts"][0].clone();
    assert_eq!(
        (&renamed["id"], &renamed["issuer"]),
        (&again["id"], &json!("Sample")),
        "the draft waits under its new name"
    );
    app.ask(
        "draft_save",
        save("Example", json!({"replace": kept["id"]})),
    );
    let list = app.ask("entry_list", json!({}));
    assert_eq!(
        list.as_array().map(Vec::len),
        Some(1),
        "replaced, not added: {list}"
    );
    assert_eq!(list[0]["account"], "ada l.");

    for (name, text) in [
        ("empty secret", "otpauth://totp/a?secret="),
        ("no secret", "otpauth://totp/a"),
        ("digit 1 in base32", "otpauth://totp/a?secret=ABC1"),
        ("0 digits", "otpauth://totp/a?secret=QWERTYUIOP&digits=0"),
        ("11 digits", "otpauth://totp/a?secret=QWERTYUIOP&digits=11"),
        ("period 0", "otpauth://totp/a?secret=QWERTYUIOP&period=0"),
        (
            "junk algorithm",
            "otpauth://totp/a?secret=QWERTYUIOP&algorithm=ROT13",
        ),
        (
            "junk counter",
            "otpauth://hotp/a?secret=QWERTYUIOP&counter=x",
        ),
        ("another type", "otpauth://push/a?secret=QWERTYUIOP"),
        ("another link", "https://example.com/?secret=QWERTYUIOP"),
        ("a sentence", "this is not a key at all!"),
        ("a transfer", "otpauth-migration://offline?data=CjEKCg"),
        ("nothing", "   "),
    ] {
        let error = app.refused("draft_from_text", json!({"text": text}));
        let said = error.to_string();
        assert!(
            error["code"].is_string() && error["message"].is_string(),
            "{name}: {said}"
        );
        assert!(
            error["hint"].is_string(),
            "{name} comes with a next step: {said}"
        );
        assert!(
            !said.contains("QWERTYUIOP"),
            "{name}: the error repeats the secret: {said}"
        );
    }
    assert_eq!(
        app.ask("entry_list", json!({})).as_array().map(Vec::len),
        Some(1),
        "nothing half-saved"
    );
}

#[test]
fn a_counter_based_code_is_used_up_when_shown() {
    let app = TestApp::start();
    app.create_vault(PASSWORD);
    // RFC 4226 appendix D.
    let form = json!({"issuer": "RFC", "account": "4226", "key": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "kind": "hotp",
        "algorithm": "SHA1", "digits": 6, "period": 30, "counter": 0});
    let drafts = app.ask("draft_from_form", json!({"form": form}));
    let kept = &app.ask(
        "draft_save",
        json!({"drafts": [{"id": drafts["drafts"][0]["id"], "issuer": "RFC", "account": "4226", "tags": [], "duplicate": "ask"}]}),
    )[0];
    assert_eq!(
        app.ask("entry_codes", json!({}))[0]["code"],
        Value::Null,
        "not shown unasked"
    );
    for code in ["755224", "287082", "359152"] {
        assert_eq!(
            app.ask("entry_advance", json!({"id": kept["id"]}))["code"],
            code
        );
    }
}

#[test]
fn an_account_is_protected_and_its_organisation_covered() {
    let app = TestApp::start();
    app.create_vault(PASSWORD);
    let browser = Browser::new();
    let account = app.while_browsing(
        "account_connect",
        json!({"deployment": {"preset": "sandbox"}}),
        |url| {
            browser.sign_in(url, "ada@acme.example", "correct horse battery", None);
        },
    );
    assert_eq!(account["email"], "ada@acme.example");
    assert_eq!(account["mfa"], "off");
    assert_eq!(account["sessionHasMfa"], false);
    let id = account["id"].clone();

    let orgs = app.ask("org_list", json!({"accountId": id}));
    let org = |name: &str| {
        let orgs = orgs.as_array().unwrap();
        orgs.iter()
            .find(|org| org["name"] == name)
            .unwrap_or_else(|| panic!("no {name} in {orgs:?}"))["id"]
            .clone()
    };
    let globex = json!({"accountId": id, "organizationId": org("globex"), "ask": false});
    let shut = app.refused("org_members", globex.clone());
    assert_eq!(
        shut["code"], "mfa_required",
        "an enforcing organisation stays shut for an old session: {shut}"
    );
    let early = app.refused(
        "org_enforce",
        json!({"accountId": id, "organizationId": org("acme"), "required": true}),
    );
    assert!(
        early["hint"].is_string(),
        "enforcing needs one's own MFA first: {early}"
    );

    let enrolment = app.ask("enrol_begin", json!({"accountId": id}));
    assert_eq!(enrolment["stage"], "proposed");
    let form = app.refused("enrol_confirm", json!({"accountId": id, "passcode": "12"}));
    assert_eq!(form["code"], "passcode_form");
    let code = app.ask("enrol_code", json!({"accountId": id}))["code"]
        .as_str()
        .unwrap()
        .to_owned();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let refused = app.refused("enrol_confirm", json!({"accountId": id, "passcode": wrong}));
    assert_eq!(refused["code"], "wrong_code", "{refused}");
    assert_eq!(
        app.ask("account_list", json!({}))[0]["enrolment"]["stage"],
        "proposed",
        "the proposal waits"
    );
    let codes = app.ask("enrol_confirm", json!({"accountId": id, "passcode": null}));
    let new: Vec<_> = codes
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|code| code["code"].as_str())
        .collect();
    assert_eq!(new.len(), 10, "ten recovery codes");
    support::secrets::remember(new);

    let account = &app.ask("account_list", json!({}))[0];
    assert_eq!(account["mfa"], "on");
    assert_eq!(account["enrolment"], Value::Null);
    assert_eq!(
        account["recoveryCodes"],
        json!({"total": 10, "left": 10, "acknowledged": false, "state": "usable"})
    );
    app.ask("recovery_codes_acknowledge", json!({"accountId": id}));
    app.ask(
        "recovery_code_mark",
        json!({"accountId": id, "position": codes[0]["position"], "used": true}),
    );
    let account = &app.ask("account_list", json!({}))[0];
    assert_eq!(
        account["recoveryCodes"],
        json!({"total": 10, "left": 9, "acknowledged": true, "state": "usable"})
    );
    let unconfirmed = app.refused("recovery_codes_copy", json!({"accountId": id}));
    assert_eq!(
        unconfirmed["code"], "confirm_first",
        "seen once, they stay in: {unconfirmed}"
    );
    let wrong = json!({"accountId": id, "password": "not the password"});
    let wrong = app.refused("recovery_codes_reveal", wrong);
    assert_eq!(wrong["code"], "wrong_password", "{wrong}");
    assert!(
        wrong["retryAfterMs"].is_u64(),
        "and says how long to wait: {wrong}"
    );
    std::thread::sleep(std::time::Duration::from_millis(1200));
    let right = json!({"accountId": id, "password": PASSWORD});
    let again = app.ask("recovery_codes_reveal", right);
    assert_eq!(again[1]["code"], codes[1]["code"], "the very codes");
    let twice = app.refused("enrol_begin", json!({"accountId": id}));
    assert_eq!(twice["code"], "already_on", "no second enrolment: {twice}");

    // The code just used is refused by the platform, the one after it is taken.
    let next = app.ask("entry_codes", json!({}))[0]["next"]
        .as_str()
        .unwrap()
        .to_owned();
    let renewed = app.while_browsing("account_renew", json!({"id": id}), |url| {
        browser.sign_in(
            url,
            "ada@acme.example",
            "correct horse battery",
            Some(&next),
        );
    });
    assert_eq!(renewed["sessionHasMfa"], true, "{renewed}");
    let members = app.ask("org_members", globex);
    assert_eq!(
        members["mfaRequired"], true,
        "the organisation opens for the new session"
    );

    let acme = json!({"accountId": id, "organizationId": org("acme"), "ask": false});
    let members = app.ask("org_members", acme.clone());
    assert_eq!(
        members["enforceBlockers"],
        json!([]),
        "nothing stands against enforcing"
    );
    let everyone = members["members"].as_array().unwrap();
    assert!(
        everyone.len() > 20,
        "more than one page: {}",
        everyone.len()
    );
    let with = |status: &str| {
        everyone
            .iter()
            .filter(|m| m["status"] == status)
            .collect::<Vec<_>>()
    };
    for status in ["on", "off", "sso", "unknown"] {
        assert!(!with(status).is_empty(), "somebody is {status}");
    }
    let off = with("off");
    let on = with("on")
        .into_iter()
        .find(|member| member["isYou"] == false)
        .unwrap();
    let asked = json!([off[0]["id"], off[1]["id"], on["id"]]);
    let results = app.ask(
        "org_remind",
        json!({"accountId": id, "organizationId": org("acme"), "memberIds": asked}),
    );
    let sent = |index: usize| {
        results["results"]
            .as_array()
            .unwrap()
            .iter()
            .find(|r| r["memberId"] == asked[index])
            .unwrap()["sent"]
            .clone()
    };
    assert_eq!(
        (sent(0), sent(1), sent(2)),
        (json!(true), json!(true), json!(false)),
        "per person: {results}"
    );
    let again = app.ask("org_members", acme);
    let reminded = again["members"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|m| m["reminders"] == 1)
        .count();
    assert_eq!(reminded, 2, "what was sent is kept");
    let on = app.ask(
        "org_enforce",
        json!({"accountId": id, "organizationId": org("acme"), "required": true}),
    );
    assert_eq!(on, json!(true));
    let off = app.ask(
        "org_enforce",
        json!({"accountId": id, "organizationId": org("acme"), "required": false}),
    );
    assert_eq!(off, json!(false));

    let initech = app.refused(
        "org_enforce",
        json!({"accountId": id, "organizationId": org("initech"), "required": true}),
    );
    assert_eq!(initech["code"], "forbidden", "the plan lacks it: {initech}");
    app.ask("account_sign_out", json!({"id": id}));
    assert_eq!(app.ask("account_list", json!({}))[0]["signedIn"], false);
    assert_eq!(
        app.ask("entry_list", json!({})).as_array().map(Vec::len),
        Some(1),
        "codes stay"
    );
}

#[test]
fn a_factor_is_checked_moved_and_turned_off() {
    let app = TestApp::start();
    app.create_vault(PASSWORD);
    let browser = Browser::new();
    let (email, password) = ("ada@acme.example", "correct horse battery");
    let account = app.while_browsing(
        "account_connect",
        json!({"deployment": {"preset": "sandbox"}}),
        |url| browser.sign_in(url, email, password, None),
    );
    assert_eq!(account["factor"]["finding"], "off");
    assert!(account["mfaCheckedAt"].is_u64(), "since when: {account}");
    let id = account["id"].clone();
    let of = json!({"accountId": id});

    // For another app first: the secret is shown for the password only, and is not kept.
    app.ask("enrol_begin", of.clone());
    let mut reveal = json!({"accountId": id, "password": "not the password"});
    let refused = app.refused("enrol_reveal", reveal.clone());
    assert_eq!(refused["code"], "wrong_password", "{refused}");
    std::thread::sleep(std::time::Duration::from_millis(1200));
    reveal["password"] = json!(PASSWORD);
    let unseen = app.refused("enrol_copy_key", of.clone());
    assert_eq!(unseen["code"], "confirm_first", "{unseen}");
    let secret = app.ask("enrol_reveal", reveal);
    // Without a display there is no clipboard to copy to.
    if let Err(error) = app.invoke("enrol_copy_key", of.clone()) {
        assert_eq!(error["code"], "clipboard_unavailable", "{error}");
    }
    let key = secret["key"].as_str().unwrap();
    support::secrets::remember([key]);
    assert!(
        secret["path"].as_str().unwrap().starts_with("M0 0h7"),
        "a finder pattern"
    );
    let elsewhere = json!({"accountId": id, "elsewhere": true});
    assert_eq!(app.ask("enrol_elsewhere", elsewhere)["elsewhere"], true);
    let ours = app.refused("enrol_confirm", json!({"accountId": id, "passcode": null}));
    assert_eq!(ours["code"], "other_apps_code", "{ours}");
    let theirs = app.ask("enrol_code", of.clone())["code"].clone();
    let codes = app.ask(
        "enrol_confirm",
        json!({"accountId": id, "passcode": theirs}),
    );
    remember(&codes);
    assert_eq!(app.ask("entry_list", json!({})), json!([]), "not kept here");
    let account = app.ask("factor_check", of.clone());
    assert_eq!(account["factor"]["finding"], "elsewhere");

    // Then it moves here.
    let refused = app.refused(
        "factor_move",
        json!({"accountId": id, "password": "not the password"}),
    );
    assert_eq!(refused["code"], "wrong_password", "{refused}");
    std::thread::sleep(std::time::Duration::from_millis(1200));
    let moved = app.ask(
        "factor_move",
        json!({"accountId": id, "password": PASSWORD}),
    );
    remember(&moved);
    assert_eq!(moved.as_array().unwrap().len(), 10);
    let account = app.ask("account_list", json!({}))[0].clone();
    assert_eq!(account["factor"]["finding"], "taken");
    assert_eq!(account["underWay"], Value::Null);
    assert_eq!(
        account["entryId"],
        app.ask("entry_list", json!({}))[0]["id"]
    );

    let early = app.refused("factor_proven", of.clone());
    assert_eq!(early["code"], "sign_in_first", "{early}");
    let next = app.ask("entry_codes", json!({}))[0]["next"].clone();
    let signed_in = app.while_browsing("factor_sign_in", of.clone(), |url| {
        browser.sign_in(url, email, password, next.as_str());
    });
    assert_eq!(signed_in["sessionHasMfa"], true);
    let proven = app.ask("factor_proven", of.clone());
    assert!(proven["factor"]["at"].as_u64() > account["factor"]["at"].as_u64());
    let twice = app.refused("factor_proven", of.clone());
    assert_eq!(
        twice["code"], "sign_in_first",
        "a word counts once: {twice}"
    );

    let right = json!({"accountId": id, "password": PASSWORD});
    let new = app.ask("recovery_codes_new", right);
    remember(&new);
    assert_ne!(new[0]["code"], moved[0]["code"]);
    let same = json!({"accountId": id, "correct": true});
    assert_eq!(
        app.ask("factor_clock", same)["clockCorrection"],
        0,
        "one clock"
    );

    assert_eq!(app.ask("factor_withdraw", of.clone()), "now");
    let account = app.ask("account_list", json!({}))[0].clone();
    assert_eq!(account["mfa"], "off");
    assert_eq!(account["recoveryCodes"]["state"], "dead");
    assert_eq!(
        app.ask("trash_list", json!({})).as_array().unwrap().len(),
        1
    );
    assert_eq!(app.ask("factor_withdraw", of.clone()), "before");
    for command in ["factor_resolve", "factor_abandon_move"] {
        let none = app.refused(command, of.clone());
        assert_eq!(none["code"], "no_withdrawal", "{command}: {none}");
    }
    let out = app.ask("account_sign_out", json!({"id": id}));
    assert_eq!(out, json!({"notRevoked": null, "apiTokenRemains": false}));
}

fn remember(codes: &Value) {
    let codes = codes.as_array().unwrap().iter();
    support::secrets::remember(codes.filter_map(|code| code["code"].as_str()));
}

#[test]
fn a_platform_is_checked_before_a_browser_is_opened() {
    let app = TestApp::start();
    app.create_vault(PASSWORD);
    let mut typed = json!({"preset": "custom", "name": "Staging", "api": "https://api.staging.example",
        "auth": "http://auth.staging.example", "clientId": "", "certifier": "", "sshHosts": "*.com",
        "ports": {"first": "5010", "last": "5000"}, "emptySecret": false});
    let problems = app.ask("account_check_deployment", json!({"deployment": typed}));
    let codes: Vec<_> = problems
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["field"].clone(), one["error"]["code"].clone()))
        .collect();
    assert_eq!(
        json!(codes),
        json!([
            ["auth", "deployment_not_encrypted"],
            ["sshHosts", "ssh_host_pattern"],
            ["ports", "deployment_ports"]
        ])
    );
    let refused = app.refused("account_connect", json!({"deployment": typed}));
    assert_eq!(refused["code"], "deployment_not_encrypted", "{refused}");
    for (field, value) in [
        ("auth", json!("https://auth.staging.example")),
        ("sshHosts", json!("*.staging.example")),
        ("ports", Value::Null),
    ] {
        typed[field] = value;
    }
    let problems = app.ask("account_check_deployment", json!({"deployment": typed}));
    assert_eq!(problems, json!([]));
}

#[test]
fn a_sign_in_can_be_given_up() {
    let app = TestApp::start();
    app.create_vault(PASSWORD);
    let denied = app.while_browsing_refused(
        "account_connect",
        json!({"deployment": {"preset": "sandbox"}}),
        |url| {
            Browser::new().cancel_consent(url, "ada@acme.example", "correct horse battery");
        },
    );
    assert_eq!(denied["code"], "sign_in_denied", "{denied}");
    let cancelled = app.while_browsing_refused(
        "account_connect",
        json!({"deployment": {"preset": "sandbox"}}),
        |_| {
            app.ask("account_cancel_sign_in", json!({}));
        },
    );
    assert_eq!(cancelled["code"], "sign_in_cancelled", "{cancelled}");
    assert_eq!(
        app.ask("account_list", json!({})),
        json!([]),
        "nothing was kept"
    );
}

#[test]
fn a_sign_in_can_be_given_up_before_its_page_opens() {
    let app = TestApp::start();
    app.create_vault(PASSWORD);
    // Takes the connection and never says a word, when it is asked for its facts.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let platform = json!({"preset": "custom", "name": "Silent", "api": url, "auth": url, "clientId": "",
        "certifier": "", "sshHosts": "", "ports": null, "emptySecret": false});
    let connecting = app.ask_meanwhile("account_connect", json!({"deployment": platform}));
    let (_asked, _) = silent.accept().unwrap();
    app.ask("account_cancel_sign_in", json!({}));
    let cancelled_at = std::time::Instant::now();
    let error = connecting.join().unwrap().unwrap_err();
    assert_eq!(error["code"], "sign_in_cancelled", "{error}");
    assert!(
        cancelled_at.elapsed() < std::time::Duration::from_secs(5),
        "the silence is not waited for"
    );
}
