//! Good PDFs of each kind, and hostile ones.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::limits;

use super::sample::{Sample, Shown};
use super::*;

fn looked(bytes: &[u8]) -> Result<About, PdfError> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    look(&file)
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn stream(head: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("<< {head} /Length {} >>\nstream\r\n", body.len()).into_bytes();
    bytes.extend(body);
    bytes.extend(b"\nendstream");
    bytes
}

/// Writes a sample the way newer writers do: its dictionaries in a packed stream, and a packed table with predictor.
fn modern(sample: &Sample) -> Vec<u8> {
    let objects = sample.objects();
    let (mut heads, mut bodies, mut places) = (String::new(), Vec::new(), Vec::new());
    let mut bytes = b"%PDF-1.5\n".to_vec();
    let packer = objects.len() + 1;
    for (at, object) in objects.iter().enumerate() {
        if object.ends_with(b"endstream") {
            places.push([1, bytes.len(), 0]);
            bytes.extend(format!("{} 0 obj\n", at + 1).bytes());
            bytes.extend(object);
            bytes.extend(b"\nendobj\n");
        } else {
            places.push([2, packer, heads.split_whitespace().count() / 2]);
            heads += &format!("{} {} ", at + 1, bodies.len());
            bodies.extend(object);
            bodies.push(b' ');
        }
    }
    let count = heads.split_whitespace().count() / 2;
    places.push([1, bytes.len(), 0]);
    let body = packed(&[heads.as_bytes(), &bodies].concat());
    bytes.extend(format!("{packer} 0 obj\n").bytes());
    bytes.extend(stream(&format!("/Type /ObjStm /N {count} /First {} /Filter [/FlateDecode]", heads.len()), &body));
    let start = bytes.len();
    places.push([1, start, 0]);
    let mut above = [0_u8; 4];
    let mut rows = Vec::new();
    for place in std::iter::once([0, 0, 0]).chain(places) {
        let row = [place[0] as u8, (place[1] >> 8) as u8, place[1] as u8, place[2] as u8];
        rows.push(2);
        rows.extend(row.iter().zip(above).map(|(byte, up)| byte.wrapping_sub(up)));
        above = row;
    }
    let size = packer + 2;
    let head = format!(
        "/Type /XRef /Size {size} /W [1 2 1] /Root 1 0 R /Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 4 >>"
    );
    bytes.extend(format!("\n{} 0 obj\n", packer + 1).bytes());
    bytes.extend(stream(&head, &packed(&rows)));
    bytes.extend(format!("\nendobj\nstartxref\n{}\n%%EOF", start + 1).bytes());
    bytes
}

fn about(pages: usize, without_text: usize, has_bookmarks: bool) -> About {
    About { pages, without_text, has_bookmarks, ..About::default() }
}

#[test]
fn pages_text_and_bookmarks_are_told_from_both_kinds_of_table() {
    use Shown::{Form, Nothing, Scan, Text};
    for (sample, wanted) in [
        (Sample::good("a"), about(2, 0, true)),
        (Sample::of(&[Scan, Scan, Scan]), about(3, 3, false)),
        (Sample::of(&[Text, Scan, Form, Nothing]), about(4, 2, false)),
    ] {
        assert_eq!(looked(&sample.bytes()).unwrap(), wanted);
        assert_eq!(looked(&modern(&sample)).unwrap(), wanted, "packed");
    }
}

#[test]
fn a_packed_page_has_its_text() {
    let sample = Sample::of(&[Shown::Text]);
    let plain = "/Length";
    let bytes = sample.bytes();
    assert!(String::from_utf8_lossy(&bytes).contains(plain));
    // The same page, its content packed: the offsets of what stands before it stay.
    let objects = sample.objects();
    let mut written = b"%PDF-1.4\n".to_vec();
    let mut table = String::from("0000000000 65535 f \n");
    for (at, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", written.len());
        written.extend(format!("{} 0 obj\n", at + 1).bytes());
        let content = stream("/Filter /FlateDecode", &packed(b"BT (packed) Tj ET"));
        written.extend(if at + 1 == objects.len() { &content } else { object });
        written.extend(b"\nendobj\n");
    }
    let start = written.len();
    written.extend(format!("xref\n0 {}\n{table}trailer<</Root 1 0 R>>\nstartxref\n{start}\n%%EOF", objects.len() + 1).bytes());
    assert_eq!(looked(&written).unwrap(), about(1, 0, false));
    // A single flipped byte in the packed content: the page cannot be told.
    let at = written.windows(2).rposition(|pair| pair == b"\x78\x9c").unwrap();
    written[at + 3] ^= 0xFF;
    assert_eq!(looked(&written).unwrap(), About { pages: 1, unknown: 1, ..About::default() });
}

#[test]
fn an_encrypted_file_says_so() {
    let sample = Sample { encrypted: true, ..Sample::good("a") };
    assert!(looked(&sample.bytes()).unwrap().is_encrypted);
}

#[test]
fn something_before_the_header_is_allowed_whatever_offsets_count_from() {
    let bytes = Sample::good("a").bytes();
    assert_eq!(looked(&[b"junk\n", bytes.as_slice()].concat()).unwrap(), about(2, 0, true));
}

#[test]
fn what_is_no_pdf_or_a_cut_one_is_refused() {
    assert!(matches!(looked(b""), Err(PdfError::NotPdf)));
    assert!(matches!(looked(b"PK\x03\x04 zip"), Err(PdfError::NotPdf)));
    let bytes = Sample::good("a").bytes();
    for cut in (5..bytes.len() - 8).step_by(7) {
        assert!(looked(&bytes[..cut]).is_err(), "{cut}");
    }
}

#[test]
fn whatever_byte_is_changed_nothing_panics() {
    for bytes in [Sample::good("a").bytes(), modern(&Sample::good("a"))] {
        for at in 0..bytes.len() {
            for with in [0, b' ', b'<', b'9', 0xFF] {
                let mut changed = bytes.clone();
                changed[at] = with;
                let _ = looked(&changed);
            }
        }
    }
}

#[test]
fn circles_end() {
    let circle = |text: &str| looked(text.as_bytes());
    // A table that names itself as the older one, pages that are their own kids, references to themselves.
    let table = "%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer << /Root 1 0 R /Prev 9 >>\nstartxref\n9\n%%EOF";
    assert!(matches!(circle(table), Err(PdfError::Damaged(_))));
    let kids = String::from_utf8_lossy(&Sample::of(&[Shown::Text]).bytes()).replace("/Kids [ 7 0 R ]", "/Kids [ 2 0 R ]");
    let kids = kids.replace('\u{FFFD}', "?");
    assert!(circle(&kids).is_err());
    let head = "%PDF-1.4\n1 0 obj 1 0 R endobj\n";
    let table = format!("{head}xref\n1 1\n0000000009 00000 n \ntrailer << /Root 1 0 R >>\nstartxref\n{}\n%%EOF", head.len());
    assert!(matches!(circle(&table), Err(PdfError::Damaged(_))));
}

#[test]
fn a_stream_that_unpacks_to_far_more_is_given_up() {
    // A table of objects that unpacks to 64 MiB of zeros.
    let bomb = packed(&vec![0; 64 << 20]);
    let mut bytes = b"%PDF-1.5\n1 0 obj\n".to_vec();
    bytes.extend(stream("/Type /XRef /Size 9 /W [1 2 1] /Root 1 0 R /Filter /FlateDecode", &bomb));
    bytes.extend(b"\nstartxref\n9\n%%EOF");
    assert!(matches!(looked(&bytes), Err(PdfError::Limit(_))));
}

#[test]
fn a_table_over_the_limit_of_objects_is_given_up() {
    let mut bytes = format!("%PDF-1.4\nxref\n0 {}\n", limits::PDF_OBJECTS + 1).into_bytes();
    bytes.extend(b"0 0 n ".repeat(limits::PDF_OBJECTS + 1));
    bytes.extend(b"trailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF");
    assert!(matches!(looked(&bytes), Err(PdfError::Limit("objects"))));
}

#[test]
fn an_object_over_the_limit_is_given_up() {
    let mut bytes = b"%PDF-1.4\nxref\n0 1\n0 0 f \ntrailer << /A (".to_vec();
    bytes.resize(bytes.len() + limits::PDF_OBJECT_BYTES * 9, b'x');
    bytes.extend(b") >>\nstartxref\n9\n%%EOF");
    assert!(matches!(looked(&bytes), Err(PdfError::Limit(_))));
}

/// A page tree of one page named over and over, each drawing the same form: more work than one file may ask for.
#[test]
fn work_over_the_limit_leaves_pages_that_cannot_be_told() {
    let sample = Sample::of(&[Shown::Scan; 40]);
    let objects = sample.objects();
    // 33 MiB of spaces for each page's content, packed to a few KiB.
    let content = stream("/Filter /FlateDecode", &packed(&vec![b' '; 33 << 20]));
    let mut written = b"%PDF-1.4\n".to_vec();
    let mut table = String::new();
    for (at, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", written.len());
        written.extend(format!("{} 0 obj\n", at + 1).bytes());
        written.extend(if object.ends_with(b"endstream") && at > 6 { &content } else { object });
        written.extend(b"\nendobj\n");
    }
    let start = written.len();
    written.extend(format!("xref\n1 {}\n{table}trailer<</Root 1 0 R>>\nstartxref\n{start}\n%%EOF", objects.len()).bytes());
    let about = looked(&written);
    match about {
        Ok(about) => assert!(about.unknown > 0 && about.without_text > 0, "{about:?}"),
        Err(error) => assert!(matches!(error, PdfError::Limit(_)), "{error}"),
    }
}

#[test]
fn pages_over_the_limit_are_not_counted() {
    let pages = |count: usize| {
        let head = "%PDF-1.4\n1 0 obj << /Pages 2 0 R >> endobj\n";
        let body = format!("2 0 obj << /Kids [{}] >> endobj\n", "<<>>".repeat(count));
        let table = format!("xref\n1 2\n0000000009 00000 n \n{:010} 00000 n \n", head.len());
        let end = format!("trailer << /Root 1 0 R >>\nstartxref\n{}\n%%EOF", head.len() + body.len());
        looked([head, &body, &table, &end].concat().as_bytes())
    };
    assert_eq!(pages(limits::PDF_PAGES).unwrap().pages, limits::PDF_PAGES);
    assert!(matches!(pages(limits::PDF_PAGES + 1), Err(PdfError::Limit("pages"))));
}
