//! The commands that talk to a platform, against a real sandbox.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::platform::{ADA, ADA_TOKEN, Platform, connect};
use support::proxy::{Confirmation, Proxy};
use support::{Fob, PASSWORD};

const ALAN: &str = "alan@acme.example";
const GRACE: &str = "grace@acme.example";

fn fields(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

fn members(report: &Value) -> &Vec<Value> {
    report["members"].as_array().expect("members")
}

fn member<'a>(report: &'a Value, email: &str) -> &'a Value {
    members(report)
        .iter()
        .find(|member| member["email"] == email)
        .expect("a member")
}

#[test]
fn a_wrong_token_connects_nothing() {
    let (platform, fob) = (Platform::start(), Fob::with_vault());
    let wrong = "sandbox-eve-token";
    let ran = connect(&fob, platform.url(), wrong).ends(1);
    assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    assert!(!ran.stderr.contains(wrong), "{}", ran.stderr);
    assert_eq!(fob.json(&["account", "list"], "")["accounts"], json!([]));
    let none = fob.run(&["org", "list"], "").ends(1);
    assert!(
        none.stderr
            .contains("hint: connect one with: fob account sign-in"),
        "{}",
        none.stderr
    );
}

#[test]
fn signing_out_of_a_platform_that_is_gone_tells_so() {
    let (platform, fob) = (Platform::start(), Fob::with_vault());
    platform.connect(&fob);
    drop(platform);
    let out = fob.run(&["account", "sign-out"], "").ends(0).stdout;
    assert!(
        out.contains("Signed out") && out.contains("was not told"),
        "{out}"
    );
    let account = &fob.json(&["account", "list"], "")["accounts"][0];
    assert_eq!(account["signed_in"], false, "here it is over all the same");
}

/// From nothing to a factor that moved and was given up, with the recovery codes on the way.
#[test]
fn a_factor_lives_and_ends() {
    let (platform, fob) = (Platform::start(), Fob::with_vault());
    platform.connect(&fob);
    let listed = fob.json(&["factors"], "");
    let before = &listed["factors"][0];
    assert_eq!(
        fields(before),
        [
            "account",
            "account_id",
            "checked",
            "clock_ahead",
            "clock_correction",
            "deployment",
            "entry_id",
            "finding",
            "mfa",
            "recovery_codes",
            "session_has_mfa",
            "taken",
            "under_way"
        ]
    );
    assert_eq!(before["mfa"], "unknown", "nobody was asked");
    let checked = fob.json(&["factors", "check"], "");
    assert_eq!(fields(&checked), ["factor", "outcome"]);
    assert_eq!(checked["factor"]["finding"], "off");

    let piped = fob.run(&["enrol", "--show-key"], "").ends(1);
    assert!(
        piped.stderr.contains("would not go to a terminal"),
        "{}",
        piped.stderr
    );
    let enrolled = fob.json(&["enrol"], "");
    let first = enrolled["account"]["entry_id"].clone();
    let after = fob.json(&["factors", "list"], "")["factors"][0].clone();
    assert_eq!(
        (&after["mfa"], &after["finding"]),
        (&json!("on"), &json!("taken"))
    );
    assert!(
        after["taken"].is_i64() && after["checked"].is_i64(),
        "{after}"
    );

    let shown = |args: &[&str]| {
        let codes = fob.json(args, "");
        assert_eq!(codes["state"], "usable");
        let codes = codes["recovery_codes"].as_array().expect("codes").clone();
        codes[0]["code"].as_str().expect("a code").to_owned()
    };
    let old = shown(&["recovery-codes"]);
    let marked = fob.json(&["recovery-codes", "--mark-used", "1"], "");
    assert_eq!(
        fields(&marked),
        ["account", "position", "recovery_codes", "used"]
    );
    assert_eq!(marked["recovery_codes"]["left"], 9);
    assert!(!marked.to_string().contains(&old), "not shown for a mark");
    fob.run(&["recovery-codes", "--mark-used", "99"], "")
        .ends(1);
    fob.json(&["recovery-codes", "--mark-unused", "1"], "");
    fob.run(&["recovery-codes", "--new"], "").ends(2);
    let new = shown(&["recovery-codes", "--new", "--yes"]);
    assert_ne!(old, new, "another set");
    assert_eq!(shown(&["recovery-codes"]), new);

    fob.run(&["factors", "move"], "").ends(2);
    let moved = fob.json(&["factors", "move", "--yes"], "");
    assert_eq!(moved["outcome"], "moved");
    assert_ne!(moved["factor"]["entry_id"], first, "another entry");
    assert_eq!(moved["factor"]["finding"], "taken");
    assert_ne!(shown(&["recovery-codes"]), new, "another set again");
    let nothing = fob
        .run(&["factors", "move", "--abandon", "--yes"], "")
        .ends(1);
    assert!(
        nothing.stderr.contains("not being turned off"),
        "{}",
        nothing.stderr
    );

    fob.run(&["factors", "remove"], "").ends(2);
    let removed = fob.json(&["factors", "remove", "--yes"], "");
    assert_eq!(removed["outcome"], "removed");
    assert_eq!(removed["factor"]["finding"], "off");
    assert_eq!(removed["factor"]["recovery_codes"]["state"], "dead");
    let trash = fob.json(&["trash", "list"], "");
    assert_eq!(trash["entries"].as_array().expect("entries").len(), 2);
    let again = fob.json(&["factors", "remove", "--yes"], "");
    assert_eq!(again["outcome"], "was_off");
    let off = fob.run(&["recovery-codes", "--new", "--yes"], "").ends(1);
    assert!(off.stderr.contains("MFA is off"), "{}", off.stderr);

    let clock = fob.json(&["factors", "clock", "--correct"], "");
    assert_eq!(
        (&clock["outcome"], &clock["factor"]["clock_correction"]),
        (&json!("corrected"), &json!(0)),
        "one clock, nothing to correct"
    );
}

#[test]
fn a_platform_that_is_not_there_is_a_calm_sentence() {
    let fob = Fob::with_vault();
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("bound");
    let ran = connect(&fob, &format!("http://{port}/"), ADA_TOKEN).ends(1);
    assert!(
        ran.stderr.contains("cannot be reached") && ran.stderr.contains("hint: "),
        "{}",
        ran.stderr
    );
    let plain = connect(&fob, "http://platform.example/", ADA_TOKEN).ends(1);
    assert!(
        plain.stderr.starts_with("error: "),
        "no token goes over plain http: {}",
        plain.stderr
    );
}

#[test]
fn accounts_come_and_go() {
    let (platform, fob) = (Platform::start(), Fob::with_vault());
    platform.connect(&fob);
    platform.connect(&fob);
    let accounts = fob.json(&["account", "list"], "");
    let [account] = accounts["accounts"]
        .as_array()
        .expect("accounts")
        .as_slice()
    else {
        panic!("the same account twice: {accounts}");
    };
    assert_eq!(
        fields(account),
        [
            "deployment",
            "email",
            "enrolment",
            "entry_id",
            "id",
            "mfa",
            "mfa_checked",
            "name",
            "recovery_codes",
            "session_has_mfa",
            "signed_in"
        ]
    );
    assert_eq!(account["email"], ADA);
    assert_eq!(
        (&account["signed_in"], &account["session_has_mfa"]),
        (&json!(true), &json!(false))
    );

    fob.run(&["account", "sign-out", "eve@acme.example"], "")
        .ends(1);
    let out = fob.json(&["account", "sign-out", ADA], "");
    assert_eq!(
        fields(&out),
        ["account", "api_token_remains", "problem", "revoked"]
    );
    assert_eq!(out["account"]["signed_in"], false);
    assert_eq!(
        (&out["revoked"], &out["problem"], &out["api_token_remains"]),
        (&json!(true), &Value::Null, &json!(true))
    );
    let ended = fob.run(&["org", "list"], "").ends(1);
    assert!(
        ended.stderr.contains("hint: sign in to this account again"),
        "{}",
        ended.stderr
    );
    assert!(!fob.printed().contains(ADA_TOKEN));
}

#[test]
fn organisations_and_their_members() {
    let (platform, fob) = (Platform::start(), Fob::with_vault());
    platform.connect(&fob);
    let list = fob.json(&["org", "list"], "");
    let organizations = list["organizations"].as_array().expect("organisations");
    assert_eq!(
        fields(&organizations[0]),
        ["can_list_members", "id", "label", "name", "owner"]
    );
    let mut known: Vec<_> = organizations
        .iter()
        .map(|org| {
            (
                org["name"].as_str().expect("a name"),
                org["owner"] == true,
                org["can_list_members"] == true,
            )
        })
        .collect();
    known.sort_unstable();
    assert_eq!(
        known,
        [
            ("acme", true, true),
            ("globex", false, true),
            ("initech", true, true),
            ("umbrella", false, false)
        ]
    );

    let report = fob.json(&["org", "members", "acme"], "");
    assert_eq!(
        fields(&report),
        [
            "checked",
            "enforce_blockers",
            "members",
            "mfa_required",
            "organization"
        ]
    );
    assert_eq!(fields(&report["organization"]), ["id", "label", "name"]);
    assert_eq!(report["mfa_required"], false);
    assert_eq!(report["enforce_blockers"], json!(["own_mfa_off"]));
    assert_eq!(
        members(&report).len(),
        60,
        "three people and 57 generated ones"
    );
    let ada = member(&report, ADA);
    assert_eq!(
        fields(ada),
        [
            "email",
            "id",
            "joined",
            "last_reminded",
            "name",
            "reminders",
            "role",
            "status",
            "you"
        ]
    );
    assert_eq!(
        (&ada["role"], &ada["status"], &ada["you"]),
        (&json!("owner"), &json!("off"), &json!(true))
    );
    assert_eq!(
        (
            &member(&report, GRACE)["role"],
            &member(&report, GRACE)["status"]
        ),
        (&json!("admin"), &json!("on"))
    );
    assert_eq!(
        (
            &member(&report, ALAN)["role"],
            &member(&report, ALAN)["status"]
        ),
        (&json!("viewer"), &json!("off"))
    );

    let count = |status: &str| {
        members(&report)
            .iter()
            .filter(|m| m["status"] == status)
            .count()
    };
    for status in ["on", "off", "sso", "unknown"] {
        assert!(count(status) > 0, "the sandbox has somebody {status}");
    }
    let status = fob.json(&["org", "status", "Acme Corporation"], "");
    let coverage = &status["coverage"];
    assert_eq!(
        fields(coverage),
        [
            "admins_off",
            "covered",
            "invited",
            "members",
            "off",
            "on",
            "sso",
            "unknown"
        ]
    );
    for (field, expected) in [
        ("on", count("on")),
        ("off", count("off")),
        ("sso", count("sso")),
        ("unknown", count("unknown")),
        ("covered", count("on") + count("sso")),
        ("members", 60 - count("invited")),
    ] {
        assert_eq!(coverage[field], expected, "{field}");
    }

    let text = fob.run(&["org", "members", "acme"], "").ends(0).stdout;
    assert_eq!(text.lines().count(), 61, "a heading and everyone");
    for (org, expected) in [
        ("globex", "requires MFA"),
        ("umbrella", "refused"),
        ("hooli", "no organisation"),
    ] {
        let ran = fob.run(&["org", "members", org], "").ends(1);
        assert!(
            ran.stderr.contains(expected) && ran.stdout.is_empty(),
            "{org}: {}",
            ran.stderr
        );
    }
}

#[test]
fn reminders_reach_the_right_people_only() {
    let (platform, fob) = (Platform::start(), Fob::with_vault());
    platform.connect(&fob);
    let unsure = fob.run(&["org", "remind", "acme", ALAN], "").ends(2);
    assert!(
        unsure.stderr.contains("hint: add --yes"),
        "{}",
        unsure.stderr
    );
    let stranger = fob
        .run(
            &["org", "remind", "acme", ALAN, "eve@acme.example", "--yes"],
            "",
        )
        .ends(1);
    assert!(
        stranger.stderr.contains("eve@acme.example"),
        "{}",
        stranger.stderr
    );
    assert!(!platform.page("/outbox").contains(ALAN), "nothing was sent");

    let report = fob.run(
        &[
            "org",
            "remind",
            "acme",
            ALAN,
            "ALAN@acme.example",
            GRACE,
            "--yes",
            "--json",
        ],
        "",
    );
    let report = report.ends(1).json();
    assert_eq!(fields(&report), ["organization", "results", "stopped"]);
    let results = report["results"].as_array().expect("results");
    assert_eq!(results.len(), 2, "alan is reminded once");
    assert_eq!(
        fields(&results[0]),
        ["code", "email", "id", "message", "name", "sent"]
    );
    for result in results {
        let expected = if result["email"] == ALAN {
            (true, 200)
        } else {
            (false, 409)
        };
        assert_eq!(
            (
                result["sent"] == true,
                result["code"].as_u64().expect("a code")
            ),
            expected,
            "{result}"
        );
    }
    let outbox = platform.page("/outbox");
    assert!(
        outbox.contains(ALAN) && !outbox.contains(GRACE),
        "only who has MFA off got mail"
    );
    let after = fob.json(&["org", "members", "acme"], "");
    assert_eq!(member(&after, ALAN)["reminders"], 1);
    assert!(member(&after, ALAN)["last_reminded"].is_i64());
    assert_eq!(
        member(&after, GRACE)["reminders"],
        0,
        "what was not sent is no reminder"
    );

    let all = fob
        .run(
            &["org", "remind", "acme", "--all-off", "--yes", "--json"],
            "",
        )
        .ends(1)
        .json();
    let off = members(&after)
        .iter()
        .filter(|member| member["status"] == "off")
        .count();
    let results = all["results"].as_array().expect("results");
    assert_eq!(
        results.len(),
        off,
        "everyone whose MFA is off, and nobody else"
    );
    let failed: Vec<_> = results
        .iter()
        .filter(|result| result["sent"] == false)
        .collect();
    assert_eq!(
        failed.len(),
        1,
        "only alan, who was reminded just now: {failed:?}"
    );
    assert_eq!(
        (&failed[0]["email"], &failed[0]["code"]),
        (&json!(ALAN), &json!(429))
    );
}

#[test]
fn an_account_is_protected_and_its_new_session_opens_what_requires_mfa() {
    let (platform, fob) = (Platform::start(), Fob::with_vault());
    platform.connect(&fob);
    let own = fob
        .run(&["org", "enforce", "acme", "on", "--yes"], "")
        .ends(1);
    assert!(
        own.stderr.contains("your own account"),
        "the platform's words: {}",
        own.stderr
    );

    let enrolled = fob.json(&["enrol"], "");
    assert_eq!(
        fields(&enrolled),
        ["account", "codes", "outcome", "session", "ssh"]
    );
    assert_eq!(
        enrolled["session"],
        json!({"outcome": "kept", "error": null})
    );
    assert_eq!(
        enrolled["ssh"],
        json!({"outcome": "unchanged", "error": null})
    );
    assert_eq!(enrolled["outcome"], "enrolled");
    assert_eq!(enrolled["codes"], Value::Null, "not asked for");
    let kept = &enrolled["account"]["recovery_codes"];
    let total = kept["total"].as_u64().expect("a number");
    assert!(total > 0);
    assert_eq!(
        kept,
        &json!({"total": total, "left": total, "acknowledged": false, "state": "usable"})
    );
    let entry = enrolled["account"]["entry_id"]
        .as_str()
        .expect("an entry")
        .to_owned();
    assert_eq!(
        enrolled["account"]["enrolment"],
        Value::Null,
        "nothing is left in progress"
    );
    let printed = fob.printed();

    let codes = fob.json(&["recovery-codes", ADA], "");
    assert_eq!(fields(&codes), ["account", "recovery_codes", "state"]);
    let codes = codes["recovery_codes"].as_array().expect("codes");
    assert_eq!(codes.len() as u64, total);
    assert_eq!(fields(&codes[0]), ["code", "position", "used"]);
    for code in codes {
        let code = code["code"].as_str().expect("a code");
        assert!(
            !printed.contains(code),
            "recovery codes are shown when they are asked for"
        );
    }
    let account = &fob.json(&["account", "list"], "")["accounts"][0];
    assert_eq!(
        account["recovery_codes"]["acknowledged"], true,
        "they were shown"
    );

    let again = fob.run(&["enrol"], "").ends(1);
    assert!(
        again.stderr.contains("already has MFA on"),
        "{}",
        again.stderr
    );
    let none = fob.run(&["enrol", "--discard"], "").ends(1);
    assert!(
        none.stderr.contains("no enrolment is in progress"),
        "{}",
        none.stderr
    );
    assert_eq!(
        member(&fob.json(&["org", "members", "acme"], ""), ADA)["status"],
        "on"
    );

    // The code that confirmed was used up; the next one is good already.
    let code = fob.run(&["code", &entry, "--next"], "").ends(0).stdout;
    let renewed = platform.renew(&fob, code.trim_end());
    assert_eq!(renewed["account"]["session_has_mfa"], true);
    fob.run(&["org", "members", "globex"], "").ends(0);
    let required = fob.json(&["org", "enforce", "acme", "on", "--yes"], "");
    assert_eq!(fields(&required), ["mfa_required", "organization"]);
    assert_eq!(required["mfa_required"], true);

    let old = Fob::with_vault();
    platform.connect(&old);
    for org in ["globex", "acme"] {
        let ran = old.run(&["org", "members", org], "").ends(1);
        assert!(
            ran.stderr.contains("requires MFA"),
            "a session without MFA stays out of {org}: {}",
            ran.stderr
        );
    }
    let off = fob.json(&["org", "enforce", "acme", "off", "--yes"], "");
    assert_eq!(off["mfa_required"], false);
    let no_addon = fob
        .run(&["org", "enforce", "initech", "on", "--yes"], "")
        .ends(1);
    assert!(no_addon.stderr.contains("add-on"), "{}", no_addon.stderr);
    assert!(!fob.printed().contains(ADA_TOKEN) && !fob.printed().contains(PASSWORD));
}

#[test]
fn recovery_codes_are_printed_when_enrolling_asks_for_them() {
    let (platform, fob) = (Platform::start(), Fob::with_vault());
    platform.connect(&fob);
    let none = fob.run(&["recovery-codes"], "").ends(1);
    assert!(
        none.stderr.contains("no recovery codes are kept"),
        "{}",
        none.stderr
    );
    let enrolled = fob.json(&["enrol", ADA, "--show-recovery-codes"], "");
    let shown = enrolled["codes"].as_array().expect("codes");
    let kept = fob.json(&["recovery-codes"], "");
    let kept: Vec<_> = kept["recovery_codes"]
        .as_array()
        .expect("codes")
        .iter()
        .map(|code| code["code"].clone())
        .collect();
    assert_eq!(shown, &kept);
    assert_eq!(enrolled["account"]["recovery_codes"]["acknowledged"], true);
}

#[test]
fn a_confirmation_whose_answer_was_lost_is_found_to_be_accepted() {
    let (platform, fob) = (Platform::start(), Fob::with_vault());
    let proxy = Proxy::to(platform.address());
    connect(&fob, &proxy.url(), ADA_TOKEN).ends(0);
    proxy.set(Confirmation::IsNotAnswered);
    let lost = fob.run(&["enrol"], "").ends(1);
    assert!(
        lost.stderr.contains("may or may not have accepted"),
        "{}",
        lost.stderr
    );
    let account = &fob.json(&["account", "list"], "")["accounts"][0];
    assert_eq!(account["enrolment"]["stage"], "confirming", "{account}");
    assert_eq!(fields(&account["enrolment"]), ["stage", "started"]);
    assert_eq!(account["entry_id"], Value::Null);
    fob.run(&["enrol", "--discard"], "").ends(1);

    proxy.set(Confirmation::Passes);
    let resolved = fob.json(&["enrol"], "");
    assert_eq!(resolved["outcome"], "resolved");
    assert!(
        resolved["account"]["recovery_codes"]["total"].as_u64() > Some(0),
        "a new set"
    );
    let entry = resolved["account"]["entry_id"].as_str().expect("an entry");
    let code = fob.run(&["code", entry, "--next"], "").ends(0).stdout;
    let renewed = platform.renew(&fob, code.trim_end());
    assert_eq!(
        renewed["account"]["session_has_mfa"], true,
        "the kept secret is the platform's"
    );
}

#[test]
fn a_confirmation_that_got_lost_is_made_again() {
    let (platform, fob) = (Platform::start(), Fob::with_vault());
    let proxy = Proxy::to(platform.address());
    connect(&fob, &proxy.url(), ADA_TOKEN).ends(0);
    proxy.set(Confirmation::GetsLost);
    fob.run(&["enrol"], "").ends(1);
    assert_eq!(
        fob.json(&["account", "list"], "")["accounts"][0]["enrolment"]["stage"],
        "confirming"
    );
    proxy.set(Confirmation::Passes);
    let enrolled = fob.json(&["enrol"], "");
    assert_eq!(
        enrolled["outcome"], "enrolled",
        "the platform had not accepted it"
    );
    assert_eq!(
        fob.json(&["list"], "")["entries"]
            .as_array()
            .expect("entries")
            .len(),
        1
    );
}

#[test]
fn the_embedded_sandbox_keeps_its_state_between_runs() {
    let fob = Fob::with_vault();
    let args = [
        "account",
        "sign-in",
        "--deployment",
        "sandbox",
        "--token-stdin",
    ];
    let connected = fob.json(&args, &format!("  {ADA_TOKEN}\r\n"));
    assert_eq!(fields(&connected), ["account"]);
    assert_eq!(connected["account"]["deployment"], "Sandbox");
    fob.run(&["enrol"], "").ends(0);
    let report = fob.json(&["org", "members", "acme"], "");
    assert_eq!(
        member(&report, ADA)["status"],
        "on",
        "another process, the same platform"
    );
}
