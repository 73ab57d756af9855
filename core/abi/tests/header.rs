//! The C header says what the Rust types are.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may stop where it fails, and says what it skipped")]

use std::mem::{offset_of, size_of};
use std::process::Command;

use todokede_abi::VERSION;
use todokede_abi::entry::{ANSWERED, Buffer, PANICKED, View};

/// Prints what the C compiler makes of the header; the declarations of the functions must be those that are given here.
const ASKS: &str = r#"
#include "todokede.h"
#include <stdio.h>
uint32_t (*version)(void) = todokede_abi_version;
int32_t (*call)(todokede_view, todokede_buffer *) = todokede_call;
void (*release)(todokede_buffer) = todokede_free;
uint32_t todokede_abi_version(void) { return TODOKEDE_ABI_VERSION; }
int32_t todokede_call(todokede_view r, todokede_buffer *a) { (void)r; (void)a; return TODOKEDE_ANSWERED; }
void todokede_free(todokede_buffer a) { (void)a; }
int main(void) {
    printf("%d %d %d\n", TODOKEDE_ABI_VERSION, TODOKEDE_ANSWERED, TODOKEDE_PANICKED);
    printf("%zu %zu %zu\n", sizeof(todokede_view), offsetof(todokede_view, ptr), offsetof(todokede_view, len));
    printf("%zu %zu %zu %zu\n", sizeof(todokede_buffer), offsetof(todokede_buffer, ptr), offsetof(todokede_buffer, len),
           offsetof(todokede_buffer, cap));
    return 0;
}
"#;

#[test]
fn the_c_header_says_what_the_rust_types_are() {
    let header = include_str!("../include/todokede.h");
    assert!(header.contains(&format!("#define TODOKEDE_ABI_VERSION {VERSION}\n")));
    if Command::new("cc").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no C compiler `cc`");
        return;
    }
    let folder = std::env::temp_dir().join(format!("todokede-header-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (source, program) = (folder.join("asks.c"), folder.join("asks"));
    std::fs::write(&source, ASKS).unwrap();
    let include = concat!(env!("CARGO_MANIFEST_DIR"), "/include");
    let made = Command::new("cc")
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-I", include, "-o"])
        .args([&program, &source])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let said = String::from_utf8(Command::new(&program).output().unwrap().stdout).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let wanted = format!(
        "{VERSION} {ANSWERED} {PANICKED}\n{} {} {}\n{} {} {} {}\n",
        size_of::<View>(),
        offset_of!(View, ptr),
        offset_of!(View, len),
        size_of::<Buffer>(),
        offset_of!(Buffer, ptr),
        offset_of!(Buffer, len),
        offset_of!(Buffer, cap),
    );
    assert_eq!(said, wanted);
}
