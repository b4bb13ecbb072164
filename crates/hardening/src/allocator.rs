//! Memory is wiped when it is freed.
//!
//! With the GNU C library this file defines `free` and `realloc`. The linker prefers a program's own definitions to
//! a library's, so they serve everything in the process: Rust, SQLCipher, OpenSSL, GTK, and WebKit when it is told to
//! use the system's allocator. Elsewhere Rust's global allocator wipes, and only what Rust allocated.
#![allow(
    unsafe_code,
    reason = "an allocator: every function says what it relies on"
)]

#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) use gnu::is_in_place;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod gnu {
    use std::ffi::{c_char, c_void};

    // The GNU C library's allocator under the names that nobody replaces.
    unsafe extern "C" {
        fn __libc_malloc(size: usize) -> *mut c_void;
        fn __libc_realloc(block: *mut c_void, size: usize) -> *mut c_void;
        fn __libc_free(block: *mut c_void);
        fn malloc_usable_size(block: *mut c_void) -> usize;
        fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
    }

    /// Frees `block` after wiping all of it.
    ///
    /// # Safety
    /// As C's `free`: `block` is null or came from this process's allocator and was not freed.
    #[unsafe(no_mangle)]
    pub(crate) unsafe extern "C" fn free(block: *mut c_void) {
        if block.is_null() {
            return;
        }
        // SAFETY: the caller owns `block`, and all its usable bytes are the owner's to write. The compiler does not
        // know what `__libc_free` does, so the bytes have to be written before it is called.
        unsafe {
            block.cast::<u8>().write_bytes(0, malloc_usable_size(block));
            __libc_free(block);
        }
    }

    /// Resizes `block`. What it leaves behind is wiped: its end when it shrinks, all of it when it moves.
    ///
    /// # Safety
    /// As C's `realloc`: `block` is null or came from this process's allocator and was not freed.
    #[unsafe(no_mangle)]
    pub(crate) unsafe extern "C" fn realloc(block: *mut c_void, size: usize) -> *mut c_void {
        if block.is_null() {
            // SAFETY: any size may be asked for.
            return unsafe { __libc_malloc(size) };
        }
        if size == 0 {
            // SAFETY: the caller's promise. The GNU C library's `realloc` frees and answers null, too.
            unsafe { free(block) };
            return std::ptr::null_mut();
        }
        // SAFETY: the caller owns `block`; `usable` bytes of it may be read and written, and the new block has at
        // least `size` > `usable` bytes and is another one.
        unsafe {
            let usable = malloc_usable_size(block);
            if size <= usable {
                block.cast::<u8>().add(size).write_bytes(0, usable - size);
                return __libc_realloc(block, size);
            }
            // The library's own `realloc` would free the old block without us.
            let moved = __libc_malloc(size);
            if !moved.is_null() {
                moved
                    .cast::<u8>()
                    .copy_from_nonoverlapping(block.cast(), usable);
                free(block);
            }
            moved
        }
    }

    /// Whether the libraries of this process call the functions of this file.
    pub(crate) fn is_in_place() -> bool {
        let default = std::ptr::null_mut();
        let ours: [(&std::ffi::CStr, usize); 2] = [
            (c"free", free as *const () as usize),
            (c"realloc", realloc as *const () as usize),
        ];
        // SAFETY: the names end with a NUL, and the null handle asks for what any library would be given.
        ours.iter()
            .all(|(name, ours)| unsafe { dlsym(default, name.as_ptr()) } as usize == *ours)
    }
}

#[cfg(any(test, not(all(target_os = "linux", target_env = "gnu"))))]
mod elsewhere {
    use std::alloc::{GlobalAlloc, Layout, System};

    use zeroize::Zeroize;

    /// The system's allocator, wiping what is freed.
    pub(super) struct Wiping;

    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    #[global_allocator]
    static ALLOCATOR: Wiping = Wiping;

    // SAFETY: each function does what the system's does; in between it writes only to a block that its caller owns,
    // within the size that the caller gave. The provided `realloc` allocates, copies and calls `dealloc`.
    unsafe impl GlobalAlloc for Wiping {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: the caller's promise.
            unsafe { System.alloc(layout) }
        }

        unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
            // SAFETY: the caller's promise.
            unsafe { System.alloc_zeroed(layout) }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: the caller's promise: `block` has the layout's size and is nobody else's. Bytes that were
            // never written are written here without being read.
            unsafe {
                std::slice::from_raw_parts_mut(
                    block.cast::<std::mem::MaybeUninit<u8>>(),
                    layout.size(),
                )
                .zeroize();
                System.dealloc(block, layout);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::alloc::{GlobalAlloc, Layout};

    use super::elsewhere::Wiping;

    const SECRET: &[u8] = b"a secret that must not stay behind";

    /// Whether any eight bytes of the secret are still in the block. The C library keeps words of its own in it.
    fn is_wiped(block: *const u8) -> bool {
        // SAFETY: none that the language gives: the block was freed. Blocks of this size are kept by the C library
        // and stay mapped, and what another thread may write there is not the secret.
        let byte = |index| unsafe { block.add(index).read_volatile() };
        let left: Vec<u8> = (0..SECRET.len() * 8).map(byte).collect();
        let parts: Vec<&[u8]> = SECRET.windows(8).collect();
        !left.windows(8).any(|window| parts.contains(&window))
    }

    #[test]
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    fn what_the_c_library_frees_is_wiped() {
        assert!(super::is_in_place(), "the libraries call these functions");
        let mut secret = SECRET.repeat(8);
        let block = std::hint::black_box(secret.as_mut_ptr());
        drop(secret);
        assert!(is_wiped(block), "a vector that was dropped");

        let mut secret = SECRET.repeat(8);
        let block = std::hint::black_box(secret.as_mut_ptr());
        secret.reserve_exact(64 * 1024);
        assert_ne!(secret.as_ptr(), block.cast_const(), "it had to move");
        assert!(is_wiped(block), "a vector that moved");
        assert_eq!(secret, SECRET.repeat(8), "and took its bytes along");
    }

    #[test]
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    fn a_block_keeps_its_bytes_and_loses_its_end() {
        let mut secret = SECRET.repeat(8);
        let block = std::hint::black_box(secret.as_mut_ptr());
        secret.truncate(4);
        secret.shrink_to_fit();
        assert_eq!(secret, &SECRET[..4], "what is kept is as it was");
        assert!(is_wiped(block), "the end that was given back");
    }

    #[test]
    fn the_allocator_of_other_systems_wipes() {
        let layout = Layout::array::<u8>(SECRET.len() * 8).unwrap();
        // SAFETY: the block is written within its size and freed once.
        let block = unsafe {
            let block = Wiping.alloc(layout);
            block.copy_from_nonoverlapping(SECRET.repeat(8).as_ptr(), layout.size());
            Wiping.dealloc(block, layout);
            block
        };
        assert!(is_wiped(std::hint::black_box(block)));
    }
}
