//! A registry of a million patients, from rows to masked tables in every format, beside the same counts by pandas (`registry.py`).
//! Prints seconds, peak memory and ratios, and holds the counts against each other.
//!
//! `cargo bench -p todokede --bench registry`; `PATIENTS=20000` for a quick look. Without pandas only our own are shown.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark may stop where it fails")]
#![allow(clippy::print_stdout, reason = "a benchmark prints")]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        // Knuth's MMIX generator; its high bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

const PRODUCTS: [&str; 3] = ["REI-A", "REI-B", "REI-C"];
const TERMS: [(&str, &str); 5] = [
    ("有害事象", "発熱"),
    ("有害事象", "感染"),
    ("有害事象", "注射部位反応"),
    ("不具合", "容器破損"),
    ("不具合", "細胞生存率低下"),
];

/// The days of three fiscal years from 2023-04-01.
fn days() -> Vec<String> {
    let lengths =
        [(4, 30), (5, 31), (6, 30), (7, 31), (8, 31), (9, 30), (10, 31), (11, 30), (12, 31), (1, 31), (2, 28), (3, 31)];
    let mut days = Vec::new();
    for fiscal in [2023, 2024, 2025] {
        for (month, length) in lengths {
            let year = if month < 4 { fiscal + 1 } else { fiscal };
            let leap = month == 2 && year % 4 == 0;
            days.extend((1..=length + u64::from(leap)).map(|day| format!("{year}-{month:02}-{day:02}")));
        }
    }
    days
}

/// Writes a record with its tables; returns the record.
fn write(folder: &Path, patients: u64) -> PathBuf {
    let mut numbers = Numbers(20_250_401);
    let mut rows = BufWriter::new(fs::File::create(folder.join("patients.csv")).unwrap());
    let mut events = BufWriter::new(fs::File::create(folder.join("events.csv")).unwrap());
    let days = days();
    writeln!(rows, "登録番号,品目コード,性別,施用時年齢,施用日,転帰,死亡日").unwrap();
    writeln!(events, "登録番号,種別,事象名,発現日").unwrap();
    for number in 0..patients {
        let product = PRODUCTS[[0, 0, 0, 1, 1, 2][numbers.below(6) as usize]];
        let sex = ["男", "女", "男", "女", "男", "女", "男", "女", "男", "不明"][numbers.below(10) as usize];
        let treated = numbers.below(days.len() as u64);
        writeln!(rows, "R-{number:07},{product},{sex},{},{},生存,", numbers.below(95), days[treated as usize]).unwrap();
        if numbers.below(10) == 0 {
            let (kind, term) = TERMS[numbers.below(5) as usize];
            let onset = (treated + numbers.below(60)).min(days.len() as u64 - 1);
            writeln!(events, "R-{number:07},{kind},{term},{}", days[onset as usize]).unwrap();
        }
    }
    let product = |code: &&str| json!({ "code": code, "name": format!("例示再生医療製品{code}"), "approved_on": "2023-04-01" });
    let record = json!({
        "trial": { "id": "BENCH" },
        "registry": {
            "id": "REI-BENCH", "name": "例示登録システム", "operator": "例示学会", "basis": "fiscal", "year": "2025",
            "counted_on": "2026-04-30", "since": "2023-04-01", "age_bands": "0-19,20-39,40-64,65-",
            "patients": "patients.csv", "events": "events.csv", "products": PRODUCTS.iter().map(product).collect::<Vec<_>>(),
        },
    });
    let path = folder.join("record.json");
    fs::write(&path, record.to_string()).unwrap();
    path
}

/// Runs the command; returns wall time and peak memory in KiB.
fn build(record: &Path, out: &Path) -> (Duration, u64) {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_todokede"))
        .args(["build", "--plugin", "registry-summary", "--now", "2026-05-01", "--out"])
        .arg(out)
        .arg(record)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak = 0;
    loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let high = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = peak.max(high.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0));
        if let Some(done) = child.try_wait().unwrap() {
            assert!(done.success(), "{done}");
            return (start.elapsed(), peak);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Finds a file below a folder by the end of its name.
fn find(folder: &Path, end: &str) -> Option<PathBuf> {
    fs::read_dir(folder).ok()?.flatten().find_map(|entry| {
        let path = entry.path();
        if path.is_dir() { find(&path, end) } else { path.to_string_lossy().ends_with(end).then_some(path) }
    })
}

/// The tables of a report by name.
fn tables(out: &Path, end: &str) -> Vec<Value> {
    let report: Value = serde_json::from_slice(&fs::read(find(out, end).expect(end)).unwrap()).unwrap();
    let blocks = report.pointer("/report/blocks").or_else(|| report.get("blocks")).and_then(Value::as_array).expect("blocks");
    blocks.iter().filter_map(|block| block.get("table")).cloned().collect()
}

fn rows(table: &Value) -> impl Iterator<Item = &Vec<Value>> {
    table["rows"].as_array().unwrap().iter().map(|row| row["cells"].as_array().unwrap())
}

/// Holds our true counts, those of the audit, and the events of the report against those of pandas. Returns how many.
fn compare(out: &Path, theirs: &Value) -> usize {
    let mut compared = 0;
    let words = ["total", "sex:男", "sex:女", "sex:不明", "age:0-19", "age:20-39", "age:40-64", "age:65-"];
    let (audit, report) = (tables(out, "社外秘.json"), tables(out, "検討会報告_非公表.json"));
    for (number, product) in PRODUCTS.iter().enumerate() {
        let ours = audit.iter().find(|table| table["name"] == format!("counts-{}", number + 1)).expect("counts");
        for (row, word) in rows(ours).zip(words) {
            for (count, column) in [("year", 1), ("cumulative", 3)] {
                let their = theirs["counts"][product][count].get(word).and_then(Value::as_u64).unwrap_or(0);
                assert_eq!(row[column].as_u64(), Some(their), "{product} {count} {word}");
                compared += 1;
            }
        }
        let ours = report.iter().find(|table| table["name"] == format!("terms-{}", number + 1)).expect("terms");
        for row in rows(ours) {
            let mut key = format!("{product}/");
            let _ = write!(key, "{}/{}", row[0]["ja"].as_str().unwrap(), row[1].as_str().unwrap());
            assert_eq!(
                [&row[4], &row[5]].map(Value::as_u64),
                [0, 1].map(|at| theirs["counts"]["terms"][&key][at].as_u64()),
                "{key}"
            );
            compared += 2;
        }
    }
    compared
}

fn main() {
    let patients: u64 = std::env::var("PATIENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let record = write(folder.path(), patients);
    let out = folder.path().join("out");
    let (time, peak) = build(&record, &out);
    println!("{patients} patients as CSV: {:.2} s, peak memory {} MiB", time.as_secs_f64(), peak / 1024);
    println!("  (identifiers looked for, rows checked, counts masked and proved, three reports in every format)");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/registry.py");
    let python =
        Command::new("python3").arg(script).args(["patients.csv", "events.csv"].map(|name| folder.path().join(name))).output();
    let said = python.ok().filter(|output| output.status.success()).map(|output| output.stdout);
    let Some(said) = said.and_then(|said| serde_json::from_slice::<Value>(&said).ok()) else {
        println!("SKIPPED pandas: not here");
        return;
    };
    let compared = compare(&out, &said);
    let (seconds, their_peak) = (said["seconds"].as_f64().unwrap(), said["peak_kib"].as_u64().unwrap());
    println!("  pandas: {seconds:.2} s, peak memory {} MiB (counts alone; {compared} of them equal)", their_peak / 1024);
    println!("  ratio: {:.2} of its time, {:.2} of its memory", time.as_secs_f64() / seconds, peak as f64 / their_peak as f64);
}
