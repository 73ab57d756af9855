//! How fast large tables are read, and in how much memory: `cargo bench -p todokede-core --bench tables`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, unreachable_pub, missing_docs)]

#[path = "../tests/big_tables/mod.rs"]
mod big_tables;

use std::time::Instant;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let engine = big_tables::Engine::new();
    let (csv, xlsx) = (folder.path().join("a.csv"), folder.path().join("a.xlsx"));
    big_tables::csv(&csv, 1_000_000);
    big_tables::xlsx(&xlsx, 300_000);
    for (name, path) in [("CSV", &csv), ("xlsx", &xlsx)] {
        let bytes = path.metadata().unwrap().len() >> 20;
        for gated in [false, true] {
            let start = Instant::now();
            let rows = engine.read(path, gated);
            let seconds = start.elapsed().as_secs_f64();
            let with = if gated { "with the gate" } else { "read only" };
            println!("{name} {with}: {rows} rows, {bytes} MiB, {seconds:.2} s, {:.0} rows/s", rows as f64 / seconds);
        }
        println!("peak memory of the process: {} MiB", big_tables::peak().unwrap_or(0));
    }
}
