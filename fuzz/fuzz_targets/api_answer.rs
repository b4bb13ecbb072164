//! What a platform answers, or whoever answers in its place: status, headers and body of every call that reads them.
//!
//! A server in this process gives the answer, so that it takes the way of every other one.
#![no_main]

use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use deskfob_platform::{
    AccessToken, ApiError, Client, Deployment, Http, Limits, OrgId, StepUp, UserId,
};
use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

const STATUSES: [u16; 12] = [200, 201, 204, 301, 400, 401, 403, 404, 409, 429, 500, 503];

const TYPES: [&str; 4] = [
    "application/json",
    "application/problem+json",
    "text/html",
    "",
];

/// Which call, which status, which media type.
const HEAD: usize = 3;

/// As `crates/platform/src/reply.rs` has it.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

fuzz_target!(init: deskfob_fuzz::begin(seeds), |data: &[u8]| {
    let Some((&[call, status, kind], rest)) = data.split_first_chunk::<HEAD>() else {
        return;
    };
    // Three headers, a line each, then the body.
    let mut lines = rest.splitn(4, |byte| *byte == b'\n');
    let mut next = || lines.next().unwrap_or_default();
    let (challenge, wait, date) = (next(), next(), next());
    let body = next();
    let mut answer = Vec::with_capacity(body.len() + 256);
    let status = STATUSES[usize::from(status) % STATUSES.len()];
    let kind = TYPES[usize::from(kind) % TYPES.len()];
    answer.extend(format!("HTTP/1.1 {status} Answer\r\nContent-Length: {}\r\n", body.len()).bytes());
    for (name, value) in [
        ("Content-Type", kind.as_bytes()),
        ("WWW-Authenticate", challenge),
        ("Retry-After", wait),
        ("Date", date),
    ] {
        if !value.is_empty() {
            answer.extend(name.bytes().chain(*b": "));
            // What no header can carry would end the connection.
            answer.extend(value.iter().filter(|byte| **byte == b'\t' || **byte >= b' ' && **byte != 0x7f));
            answer.extend(*b"\r\n");
        }
    }
    answer.extend(*b"\r\n");
    answer.extend(body);
    WORLD.ask(call, answer);
});

/// The server, and the client that asks it.
struct World {
    runtime: Runtime,
    client: Client,
    answer: Arc<Mutex<Answer>>,
    user: UserId,
    org: OrgId,
}

/// What the server answers, and how often. A list whose pages name ever new ones ends after thousands of them, which
/// `crates/platform/tests/paging.rs` sees to.
#[derive(Default)]
struct Answer {
    bytes: Vec<u8>,
    left: usize,
}

const ANSWERS: usize = 16;

const ENOUGH: &[u8] = b"HTTP/1.1 404 Enough\r\nContent-Length: 0\r\n\r\n";

impl Answer {
    fn next(&mut self) -> Vec<u8> {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                self.bytes.clone()
            }
            None => ENOUGH.to_vec(),
        }
    }
}

static WORLD: LazyLock<World> = LazyLock::new(World::new);

impl World {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let answer = Arc::new(Mutex::new(Answer::default()));
        let listener = runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .expect("a free port");
        let address = listener.local_addr().expect("an address");
        let theirs = Arc::clone(&answer);
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&theirs)));
            }
        });
        let wait = Duration::from_secs(60);
        let limits = Limits {
            connect: wait,
            total: wait,
            body: 64 * 1024,
        };
        let http = Http::with_limits(limits).expect("a client");
        let url = url::Url::parse(&format!("http://{address}/")).expect("an address");
        let deployment = Deployment::custom("Test", url.clone(), url, "deskfob").expect("loopback");
        Self {
            runtime,
            client: Client::new(http, deployment, AccessToken::new("a-token".into())),
            answer,
            user: UserId::new("u-1"),
            org: OrgId::new("01A"),
        }
    }

    fn ask(&self, call: u8, bytes: Vec<u8>) {
        let left = ANSWERS;
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = Answer { bytes, left };
        self.runtime.block_on(self.call(call));
    }

    async fn call(&self, call: u8) {
        let (api, user, org) = (&self.client, &self.user, &self.org);
        match call % 12 {
            0 => check(api.me().await, |me| {
                assert!(!me.id.as_str().is_empty());
                shown([&me.email, &me.username, &me.first_name, &me.last_name]);
            }),
            1 => check(api.totp_proposal(user).await, |_| {}),
            2 => check(api.recreate_recovery_codes(user).await, |_| {}),
            3 => check(api.organizations(user).await, |all| {
                for one in all {
                    assert!(!one.id.as_str().is_empty());
                    shown([&one.label, &one.name]);
                }
            }),
            4 => check(api.members(org, |_, _| {}).await, |all| {
                for one in all {
                    shown([&one.name, &one.email]);
                }
            }),
            5 => check(api.mfa_enforcement(org).await, |_| {}),
            6 => check(api.enable_mfa_enforcement(org).await, |()| {}),
            7 => check(api.remind(org, std::slice::from_ref(user)).await, |all| {
                assert_eq!(all.len(), 1, "everyone who was asked for");
                shown([&all[0].message]);
            }),
            8 => check(api.addons(org).await, |_| {}),
            9 => check(api.api_tokens(user).await, |all| {
                for one in all {
                    shown([&one.name]);
                }
            }),
            10 => check(api.ssh_certificate("ssh-ed25519 AAAA").await, |line| {
                shown([line])
            }),
            _ => check(api.ssh_authorities().await, |keys| {
                assert!(keys.len() <= 32);
                keys.iter().for_each(|key| shown([key]));
            }),
        }
        assert!(api.last_skew().is_none_or(|skew| skew != i64::MIN));
    }
}

/// Answers every request of a connection.
async fn serve(mut stream: TcpStream, answer: Arc<Mutex<Answer>>) {
    let mut read = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let end = read.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8_lossy(&read[..end]).to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
            let whole = end + 4 + length.unwrap_or(0);
            if read.len() >= whole {
                read.drain(..whole);
                let bytes = answer.lock().unwrap_or_else(PoisonError::into_inner).next();
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
                continue;
            }
        }
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(count) => read.extend_from_slice(&buffer[..count]),
        }
    }
}

/// Whatever came is an answer, or an error that can be shown.
fn check<T>(outcome: Result<T, ApiError>, answered: impl FnOnce(&T)) {
    let error = match &outcome {
        Ok(answer) => return answered(answer),
        Err(error) => error,
    };
    let text = error.to_string();
    assert!(!text.is_empty() && !error.code().is_empty());
    assert!(!text.contains(char::is_control), "{text:?}");
    assert!(
        error
            .retry_after()
            .is_none_or(|wait| wait <= MAX_RETRY_AFTER)
    );
    if let ApiError::StepUp(StepUp {
        amr, acr_values, ..
    }) = error
    {
        for names in [amr, acr_values] {
            assert!(names.len() <= 16);
            let usable = |name: &String| {
                (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic())
            };
            assert!(names.iter().all(usable), "{names:?}");
        }
    }
}

/// Texts that people see.
fn shown<'a>(texts: impl IntoIterator<Item = &'a String>) {
    for text in texts {
        assert!(!text.contains(char::is_control), "{text:?}");
    }
}

/// An answer to every call as the platform gives it, and refusals of every shape.
fn seeds() -> Vec<Vec<u8>> {
    let answer = |call: u8, status: u16, headers: [&str; 3], body: &str| {
        let place = STATUSES
            .iter()
            .position(|known| *known == status)
            .expect("a known status");
        let mut seed = vec![call, place as u8, 0];
        seed.extend(format!("{}\n{body}", headers.join("\n")).bytes());
        seed
    };
    let user = r#"{"id":"u-1","email":"ada@acme.example","username":"ada","first_name":"Ada","last_name":"L","mfa_enabled":true,"sso_enabled":false}"#;
    let bodies = [
        user,
        r#"{"issuer":"https://auth.example","account_name":"ada","secret":"GEZDGNBVGY3TQOJQ","qr_code":"data:image/png;base64,AA=="}"#,
        r#"{"recovery_codes":["abcd-efgh","1234-5678"]}"#,
        r#"{"count":"1","items":[{"id":"01A","type":"flexible","name":"acme","label":"Acme","owner_id":"u-1","status":"active","_links":{"members":{"href":"/o/m"},"mfa-enforcement":{"href":"/o/e"}}}],"_links":{"next":{"href":"/users/u-1/organizations?page=2"}}}"#,
        r#"{"count":2,"items":[{"id":"m-1","user_id":"u-1","owner":true,"level":"admin","permissions":["members"],"created_at":"2024-01-02T03:04:05Z"}],"_links":{"ref:users:0":{"href":"/ref/users?in=u-1&sig=x"},"next":"/organizations/01A/members?page=2"}}"#,
        r#"{"enforce_mfa":true}"#,
        "{}",
        r#"{"u-1":{"code":"200","message":"sent"},"U-2":{"code":409}}"#,
        r#"{"current":{"user_management":"enhanced"},"available":{"user_management":{"enhanced":10}}}"#,
        r#"[{"id":"t","name":"ci","mfa_on_creation":false}]"#,
        r#"{"certificate":"ssh-ed25519-cert-v01@openssh.com AAAA x\n"}"#,
        r#"{"authorities":["ssh-ed25519 AAAA ca",""]}"#,
    ];
    let date = "Tue, 15 Nov 1994 08:12:31 GMT";
    let answers = (0_u8..)
        .zip(bodies)
        .map(|(call, body)| answer(call, 200, ["", "", date], body));
    let challenge = r#"Bearer realm="a", error="insufficient_user_authentication", amr="mfa sso:acme", max_age="300", acr_values="urn:a urn:b""#;
    let both = format!("Basic realm=\"x\", {challenge}");
    let body = r#"{"error":"insufficient_user_authentication","amr":["mfa"],"max_age":"60","acr_values":"urn:c"}"#;
    let detail = r#"{"status":"Bad Request","message":"invalid","detail":{"passcode":["does not match"]},"title":"x"}"#;
    let refusals = [
        answer(0, 401, [challenge, "", date], ""),
        answer(4, 401, [&both, "", ""], body),
        answer(7, 429, ["", "120", ""], r#"{"error":"later"}"#),
        answer(7, 429, ["", date, date], ""),
        answer(5, 400, ["", "", ""], detail),
        answer(
            6,
            403,
            ["", "", ""],
            r#"{"error":"invalid_grant","error_description":"no"}"#,
        ),
        answer(0, 503, ["", "", ""], "<html>"),
    ];
    answers.chain(refusals).collect()
}
