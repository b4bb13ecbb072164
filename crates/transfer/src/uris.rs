//! One otpauth URI a line: the form that every authenticator takes.

use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use crate::export::ExportEntry;

pub(crate) fn write(entries: &[ExportEntry]) -> Zeroizing<Vec<u8>> {
    let uris: Vec<_> = entries.iter().map(|entry| entry.entry.to_uri()).collect();
    // Of the final size from the start: a buffer that grows leaves its earlier contents behind.
    let length = uris.iter().map(|uri| uri.expose_secret().len() + 1).sum();
    let mut lines = Zeroizing::new(Vec::with_capacity(length));
    for uri in &uris {
        lines.extend_from_slice(uri.expose_secret().as_bytes());
        lines.push(b'\n');
    }
    lines
}
