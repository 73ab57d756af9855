//! How long a filing takes to draw once the fonts are loaded: `cargo bench -p todokede-pdf`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark may stop where it fails")]
#![allow(clippy::print_stdout, reason = "a benchmark prints")]

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use todokede_core::map::map;
use todokede_core::normalise::normalise;
use todokede_core::render::paper::{Paper, Sheet};
use todokede_core::render::printer::Printer;
use todokede_pdf::PdfPrinter;
use todokede_tests::trials::{fixture, large};
use todokede_tests::{engine, record};

/// Papers drawn of each kind after the first.
const ROUNDS: usize = 12;

fn main() {
    let start = Instant::now();
    let Ok(printer) = PdfPrinter::find(&[]) else { return println!("SKIPPED: there is no Japanese font here") };
    println!("fonts {:?} in {} ms", printer.families(), start.elapsed().as_millis());
    for (name, trial) in [("fixtures/sponsor.json", fixture("sponsor")), ("3 drugs, 40 sites, 200 people", large())] {
        let papers: Vec<Paper> = (0..=ROUNDS).map(|round| paper(trial.clone(), round)).collect();
        let mut times: Vec<Duration> = Vec::new();
        let mut bytes = 0;
        for paper in &papers {
            let start = Instant::now();
            bytes = printer.print(paper).unwrap().len();
            times.push(start.elapsed());
        }
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        let first = ms(times.remove(0));
        times.sort();
        let lines = papers[0].lines.len();
        println!("{name}: {lines} lines, {} KB", bytes / 1_000);
        println!("  first {first:.1} ms, then best {:.1}, median {:.1} ms", ms(times[0]), ms(times[times.len() / 2]));
    }
}

/// Makes a paper that differs from the others as two trials do.
fn paper(mut trial: Value, round: usize) -> Paper {
    trial["trial"]["objective"] = json!(format!("例示のための目的その{round}"));
    trial["main_drug"]["symbol"] = json!(format!("DEMO-{round:03}"));
    let engine = engine();
    let mut record = record(&trial);
    normalise(&mut record, &engine.catalogue, &engine.book);
    let plugin = &engine.plugins["pmda-ctn"];
    let (filing, _) = map(&record, plugin, &engine.catalogue);
    Paper::of(&filing, &plugin.form, Sheet { title: "DEMO", made: "2026-04-01", draft: false }).unwrap()
}
