//! The C ABI: three functions. Bytes are UTF-8 JSON, see [`crate::message`].
//!
//! ```c
//! typedef struct { const uint8_t *ptr; size_t len; } todokede_view;           /* borrowed for the call */
//! typedef struct { uint8_t *ptr; size_t len, cap; } todokede_buffer;          /* freed by its maker    */
//!
//! uint32_t todokede_abi_version(void);                                        /* asked before anything else */
//! int32_t  todokede_call(todokede_view request, todokede_buffer *answer);     /* 0 answered, 2 panicked     */
//! void     todokede_free(todokede_buffer answer);                             /* once for each answer       */
//! ```
//!
//! Calls may come from several threads at a time. A library is never unloaded. `include/todokede.h` says the same in C.
#![allow(unsafe_code, reason = "bytes cross a C boundary")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use crate::server::{Plugin, Server};

/// Bytes that are lent for the time of a call.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// The first byte; not null, also when there is none.
    pub ptr: *const u8,
    /// How many there are.
    pub len: usize,
}

/// Bytes that whoever made them frees.
#[repr(C)]
#[derive(Debug)]
pub struct Buffer {
    /// The first byte; null when there is none.
    pub ptr: *mut u8,
    /// How many there are.
    pub len: usize,
    /// How many there is room for.
    pub cap: usize,
}

impl Buffer {
    /// Holds nothing.
    pub const EMPTY: Buffer = Buffer { ptr: std::ptr::null_mut(), len: 0, cap: 0 };

    /// Hands bytes over; [`Entry::free`] of the same side takes them back.
    pub fn of(bytes: Vec<u8>) -> Buffer {
        let mut bytes = std::mem::ManuallyDrop::new(bytes);
        Buffer { ptr: bytes.as_mut_ptr(), len: bytes.len(), cap: bytes.capacity() }
    }
}

/// The call was answered.
pub const ANSWERED: i32 = 0;
/// The plugin panicked; the answer is the message as plain text.
pub const PANICKED: i32 = 2;

/// `todokede_abi_version`.
pub type VersionFn = unsafe extern "C" fn() -> u32;
/// `todokede_call`.
pub type CallFn = unsafe extern "C" fn(View, *mut Buffer) -> i32;
/// `todokede_free`.
pub type FreeFn = unsafe extern "C" fn(Buffer);

/// The three functions of a plugin, wherever they come from.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// `todokede_abi_version`.
    pub version: VersionFn,
    /// `todokede_call`.
    pub call: CallFn,
    /// `todokede_free`.
    pub free: FreeFn,
}

/// Answers a call; what [`crate::export_plugin!`] exports.
///
/// # Safety
/// `request` and `answer` must be as the C ABI says.
pub unsafe fn call<P: Plugin>(server: &LazyLock<Server<P>>, request: View, answer: *mut Buffer) -> i32 {
    // Making the plugin may panic too, so it is made in here.
    let answered = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: the caller lends `len` bytes at `ptr`; null is allowed where there is none.
        let request = if request.len == 0 { &[][..] } else { unsafe { std::slice::from_raw_parts(request.ptr, request.len) } };
        LazyLock::force(server).answer(request)
    }));
    let (code, bytes) = match answered {
        Ok(bytes) => (ANSWERED, bytes),
        Err(panic) => (PANICKED, panic_text(&*panic).into_bytes()),
    };
    // SAFETY: the caller gives a place for the answer.
    unsafe { answer.write(Buffer::of(bytes)) };
    code
}

/// Frees an answer.
///
/// # Safety
/// `answer` must come from [`call`] of the same library, once.
pub unsafe fn free(answer: Buffer) {
    if !answer.ptr.is_null() {
        // SAFETY: made by `Buffer::of` on this side.
        drop(unsafe { Vec::from_raw_parts(answer.ptr, answer.len, answer.cap) });
    }
}

/// Returns what a panic said.
pub fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panicked".to_owned())
}

/// Makes `ENTRY`, the [`Entry`] of a plugin that is linked into the program.
#[macro_export]
macro_rules! plugin_entry {
    ($plugin:ty) => {
        /// The functions of the plugin.
        pub static ENTRY: $crate::entry::Entry = {
            static SERVER: std::sync::LazyLock<$crate::Server<$plugin>> = std::sync::LazyLock::new($crate::Server::default);
            #[allow(unsafe_code)]
            unsafe extern "C" fn version() -> u32 {
                $crate::VERSION
            }
            #[allow(unsafe_code)]
            unsafe extern "C" fn call(request: $crate::entry::View, answer: *mut $crate::entry::Buffer) -> i32 {
                // SAFETY: the caller keeps to the C ABI.
                unsafe { $crate::entry::call(&SERVER, request, answer) }
            }
            #[allow(unsafe_code)]
            unsafe extern "C" fn free(answer: $crate::entry::Buffer) {
                // SAFETY: the caller keeps to the C ABI.
                unsafe { $crate::entry::free(answer) }
            }
            $crate::entry::Entry { version, call, free }
        };
    };
}

/// Exports a plugin from a `cdylib`: the three functions of the C ABI, none of which lets a panic out.
#[macro_export]
macro_rules! export_plugin {
    ($plugin:ty) => {
        $crate::plugin_entry!($plugin);

        /// The version of the contract.
        #[allow(unsafe_code)]
        #[unsafe(no_mangle)]
        pub extern "C" fn todokede_abi_version() -> u32 {
            $crate::VERSION
        }

        /// Answers a call.
        ///
        /// # Safety
        /// The caller keeps to the C ABI.
        #[allow(unsafe_code)]
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn todokede_call(request: $crate::entry::View, answer: *mut $crate::entry::Buffer) -> i32 {
            // SAFETY: the caller keeps to the C ABI.
            unsafe { (ENTRY.call)(request, answer) }
        }

        /// Frees an answer.
        ///
        /// # Safety
        /// The caller keeps to the C ABI.
        #[allow(unsafe_code)]
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn todokede_free(answer: $crate::entry::Buffer) {
            // SAFETY: the caller keeps to the C ABI.
            unsafe { (ENTRY.free)(answer) }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Filing, Hello};
    use crate::server::Session;

    struct Unmade;

    impl Default for Unmade {
        fn default() -> Unmade {
            panic!("no licence");
        }
    }

    impl Plugin for Unmade {
        fn hello(&self) -> Hello {
            Hello { abi: crate::VERSION, id: String::new(), version: String::new(), hooks: Vec::new() }
        }

        fn open(&self, _: Filing) -> Result<Box<dyn Session>, String> {
            Err(String::new())
        }
    }

    #[allow(unreachable_pub, reason = "the macro is for plugins of other crates")]
    mod unmade {
        crate::plugin_entry!(super::Unmade);
    }

    #[test]
    fn a_plugin_that_panics_while_it_is_made_lets_no_panic_out() {
        for _ in 0..2 {
            let mut answer = Buffer::EMPTY;
            let request = br#"{"call":"hello","abi":1,"host":""}"#;
            let view = View { ptr: request.as_ptr(), len: request.len() };
            // SAFETY: as the C ABI says.
            let code = unsafe { (unmade::ENTRY.call)(view, &raw mut answer) };
            assert_eq!(code, PANICKED);
            // SAFETY: the call says that they are there.
            let said = unsafe { std::slice::from_raw_parts(answer.ptr, answer.len) }.to_vec();
            assert!(!said.is_empty());
            // SAFETY: given back once.
            unsafe { (unmade::ENTRY.free)(answer) };
        }
    }
}
