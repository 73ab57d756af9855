//! A list workbook of 1,000 trials with 5 sites each, from cells to packages, beside a Python script that does the
//! same job (`baseline.py`). Prints milliseconds of processor time a trial for each stage, and ratios.
//!
//! `cargo bench -p todokede`; `TRIALS=100 cargo bench -p todokede` for a quick look.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark may stop where it fails")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use todokede_core::run::{Job, Quiet, Stage, WordOptions, run};
use todokede_core::workbook::Layout;
use todokede_tests::trials::numbered;
use todokede_tests::{build_job, engine, record, reference, workbook, workspace};

const SITES: usize = 5;

fn main() {
    let trials: usize = std::env::var("TRIALS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000);
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("trials.xlsx");
    let records: Vec<_> = (1..=trials).map(|number| record(&numbered(number, SITES))).collect();
    std::fs::write(&input, workbook(&records, Layout::List).bytes).unwrap();
    drop(records);
    println!("{trials} trials × {SITES} sites, {} KiB workbook", std::fs::metadata(&input).unwrap().len() / 1024);

    let ours = stages(&input, folder.path(), trials);
    let (wall, peak) = whole(&input, &folder.path().join("one"), 1);
    let (wall_all, _) = whole(&input, &folder.path().join("all"), 2);
    println!(
        "whole command   1 thread {:.0} trials/s, 2 threads {:.0} trials/s, peak memory {} MiB",
        rate(trials, wall),
        rate(trials, wall_all),
        peak / 1024
    );
    baseline(&input, folder.path(), trials, ours);
}

fn rate(trials: usize, wall: Duration) -> f64 {
    trials as f64 / wall.as_secs_f64()
}

/// Times the stages by running up to each and taking differences; returns milliseconds a trial of the whole, and what
/// the program itself took of them.
fn stages(input: &Path, folder: &Path, trials: usize) -> (f64, f64) {
    let engine = engine();
    let until = |stage: Stage, schema: bool, name: &str| {
        let mut best = (f64::INFINITY, 0.0);
        for round in 0..3 {
            let job = Job {
                until: stage,
                jobs: 1,
                previous: Vec::new(),
                xsd: if schema { reference::schema() } else { None },
                word: WordOptions::default(),
                settings: Default::default(),
                ..build_job(vec![input.to_path_buf()], &folder.join(format!("{name}{round}")))
            };
            let (user, system) = cpu();
            let outcome = run(engine, &job, &Quiet).unwrap();
            let now = cpu();
            let (user, system) = ((now.0 - user).as_secs_f64(), (now.1 - system).as_secs_f64());
            assert_eq!(outcome.trials, trials);
            assert!(stage != Stage::Package || outcome.built.len() == trials, "{:?}", outcome.findings.first());
            if user + system < best.0 {
                best = (user + system, system);
            }
        }
        (best.0 * 1_000.0 / trials as f64, best.1 * 1_000.0 / trials as f64)
    };
    let (ingest, _) = until(Stage::Ingest, false, "i");
    let (check, _) = until(Stage::Validate, false, "v");
    let (render, _) = until(Stage::Render, false, "r");
    let (package, system) = until(Stage::Package, false, "p");
    println!("ms of processor time a trial (one thread, best of 3):");
    println!("  ingest  {ingest:.3}");
    println!("  check   {:.3}   (normalise, map, validate)", check - ingest);
    println!("  render  {:.3}   (XML and review page)", render - check);
    println!("  package {:.3}   (archive, manifest, write, sync)", package - render);
    println!(
        "  whole   {package:.3}   ({:.3} in the program, {system:.3} in the system, nearly all of it making files)",
        package - system
    );
    if reference::schema().is_some() {
        println!("  schema  {:.3}   (only when the published schema is given)", until(Stage::Package, true, "s").0 - package);
    }
    (package, package - system)
}

/// Runs the command itself; returns wall time and peak memory in KiB.
fn whole(input: &Path, out: &Path, jobs: usize) -> (Duration, u64) {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_todokede"))
        .args(["build", "--plugin", "pmda-ctn", "--now", "2026-04-01", "--jobs", &jobs.to_string(), "--out"])
        .arg(out)
        // A folder without fonts: the script beside it draws no PDF either. `cargo bench -p todokede-pdf` measures that.
        .arg("--font-dir")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .arg(input)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak = 0;
    loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let high = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = peak.max(high.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0));
        if let Some(done) = child.try_wait().unwrap() {
            assert!(done.success(), "{done}");
            return (start.elapsed(), peak);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Runs the Python script on the same workbook, compares its XML with ours, and prints the ratio.
fn baseline(input: &Path, folder: &Path, trials: usize, ours: (f64, f64)) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/baseline.py");
    let out = folder.join("baseline");
    let ran = Command::new("python3").arg(script).arg(workspace()).arg(input).arg(&out).output();
    let Ok(ran) = ran else { return eprintln!("baseline skipped: python3 is not here") };
    if !ran.status.success() {
        return eprintln!("baseline skipped: {}", String::from_utf8_lossy(&ran.stderr));
    }
    let said: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(said["trials"], Value::from(trials));
    for number in 1..=trials {
        let theirs = std::fs::read(out.join(format!("T{number:05}/filing.xml"))).unwrap();
        let mine = std::fs::read(folder.join(format!("one/T{number:05}/pmda-ctn/01_K/REIJI_DEMO-001_01.xml"))).unwrap();
        assert!(theirs == mine, "the script's XML of trial {number} differs");
    }
    let stages = said["stages"].as_object().unwrap();
    let total: f64 = stages.values().filter_map(Value::as_f64).sum::<f64>() * 1_000.0 / trials as f64;
    println!("Python script (openpyxl, jinja2, lxml, zipfile; same XML, byte for byte), ms of processor time a trial:");
    for (stage, seconds) in stages {
        println!("  {stage:<8}{:.3}", seconds.as_f64().unwrap_or(0.0) * 1_000.0 / trials as f64);
    }
    println!("  whole   {total:.3}, peak memory {} MiB", said["peak_kib"].as_u64().unwrap_or(0) / 1024);
    println!(
        "ratio: {:.1} times the script's speed, although each file is synced to disk here and none there;",
        total / ours.0
    );
    println!("       {:.1} times without the time the system takes for that", total / ours.1);
}

/// Returns the processor time of this process so far, in the program and in the system, ended threads included; Linux
/// counts it in hundredths of a second. The system's part of making files grows for minutes after many were deleted.
fn cpu() -> (Duration, Duration) {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = text.rsplit_once(')').unwrap().1;
    let ticks: Vec<u64> = after_name.split_whitespace().skip(11).take(2).map(|field| field.parse().unwrap()).collect();
    (Duration::from_millis(ticks[0] * 10), Duration::from_millis(ticks[1] * 10))
}
