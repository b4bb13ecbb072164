//! The part of a thread's stack that is not in use.

use zeroize::Zeroize;

/// Bytes of the stack that are wiped: more than the calls that handle secrets need, and half of what the smallest
/// stack of any thread here has left.
const REACH: usize = 256 * 1024;

/// Wipes what earlier calls left on this thread's stack below the caller. Takes some microseconds.
#[inline(never)]
pub fn wipe_unused_stack() {
    let mut unused = [0_u8; REACH];
    unused.zeroize();
    std::hint::black_box(&mut unused);
}
