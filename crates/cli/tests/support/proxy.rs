//! A connection to the platform that breaks when it is told to.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::thread;

/// What happens to a confirmation of an enrolment (`POST /users/{user_id}/totp`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Confirmation {
    /// It goes through.
    Passes = 0,
    /// It never reaches the platform.
    GetsLost = 1,
    /// It reaches the platform, and the answer is lost.
    IsNotAnswered = 2,
}

/// Passes everything else on as it is.
pub(crate) struct Proxy {
    address: SocketAddr,
    mode: Arc<AtomicU8>,
}

impl Proxy {
    pub(crate) fn to(platform: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let mode = Arc::new(AtomicU8::new(Confirmation::Passes as u8));
        let shared = Arc::clone(&mode);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let mode = Arc::clone(&shared);
                thread::spawn(move || pass(client, platform, &mode));
            }
        });
        Self { address, mode }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    pub(crate) fn set(&self, confirmation: Confirmation) {
        self.mode.store(confirmation as u8, Ordering::SeqCst);
    }
}

fn pass(mut client: TcpStream, platform: SocketAddr, mode: &AtomicU8) {
    let Ok(mut server) = TcpStream::connect(platform) else {
        return;
    };
    let silent = Arc::new(AtomicBool::new(false));
    let (Ok(mut to_client), Ok(mut from_server)) = (client.try_clone(), server.try_clone()) else {
        return;
    };
    let cut = Arc::clone(&silent);
    thread::spawn(move || {
        while let Some(bytes) = chunk(&mut from_server) {
            if cut.load(Ordering::SeqCst) || to_client.write_all(&bytes).is_err() {
                break;
            }
        }
        // Either side may be gone already.
        let _ = to_client.shutdown(Shutdown::Both);
    });
    while let Some(bytes) = chunk(&mut client) {
        if is_confirmation(&bytes) {
            match mode.load(Ordering::SeqCst) {
                1 => break,
                2 => silent.store(true, Ordering::SeqCst),
                _ => {}
            }
        }
        if server.write_all(&bytes).is_err() {
            break;
        }
    }
    if !silent.load(Ordering::SeqCst) {
        let _ = client.shutdown(Shutdown::Both);
        let _ = server.shutdown(Shutdown::Both);
    }
}

fn chunk(from: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = vec![0; 64 * 1024];
    let length = from.read(&mut bytes).ok().filter(|length| *length > 0)?;
    bytes.truncate(length);
    Some(bytes)
}

fn is_confirmation(request: &[u8]) -> bool {
    let line = request
        .split(|byte| *byte == b'\r')
        .next()
        .unwrap_or_default();
    line.starts_with(b"POST /users/") && line.ends_with(b"/totp HTTP/1.1")
}
