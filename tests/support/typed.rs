//! Types into the cells of a workbook, as somebody with Excel would.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;

use crate::pages::walker::{self, Listed};

/// A workbook with texts typed into cells, each named by its sheet, its column's header and its row from 0.
pub(crate) fn typed(bytes: &[u8], cells: &[(&str, &str, u32, &str)]) -> Vec<u8> {
    let mut book = bytes.to_vec();
    for (sheet, header, row, text) in cells {
        let column = Listed::read(&book, sheet).column(header);
        let address = format!("{}{}", letters(column), walker::HEADER + 2 + row);
        book = with_cell(&book, sheet, &address, text);
    }
    book
}

/// A workbook with a text in the cell of an address.
pub(crate) fn with_cell(bytes: &[u8], sheet: &str, address: &str, text: &str) -> Vec<u8> {
    let part = part_of(bytes, sheet);
    with_part(bytes, &part, |xml| cell_set(xml, address, text))
}

/// A workbook with one of its parts changed.
pub(crate) fn with_part(bytes: &[u8], part: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        if name == part {
            content = change(&String::from_utf8(content).unwrap()).into_bytes();
        }
        out.start_file(name, SimpleFileOptions::default()).unwrap();
        out.write_all(&content).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// A workbook without one of its parts' contents: its properties, say.
pub(crate) fn without_properties(bytes: &[u8]) -> Vec<u8> {
    with_part(bytes, "docProps/custom.xml", |xml| {
        let end = xml.find("<property ").unwrap();
        format!("{}</Properties>", &xml[..end])
    })
}

/// The part that holds a sheet: our workbooks number them in the order of their tabs.
fn part_of(bytes: &[u8], sheet: &str) -> String {
    let workbook = &walker::parts(bytes)["xl/workbook.xml"];
    let names = workbook.split("<sheet name=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let number = names.into_iter().position(|name| name == sheet).unwrap() + 1;
    format!("xl/worksheets/sheet{number}.xml")
}

fn cell_set(xml: &str, address: &str, text: &str) -> String {
    let digits = address.find(|c: char| c.is_ascii_digit()).unwrap();
    let row = format!("<row r=\"{}\"", &address[digits..]);
    let start = xml.find(&row).unwrap_or_else(|| panic!("no row of {address}"));
    let end = start + xml[start..].find("</row>").unwrap();
    let head = start + xml[start..].find('>').unwrap() + 1;
    let mut cells: Vec<String> = xml[head..end].split_inclusive("<c ").map(str::to_owned).collect();
    // Each piece ends with the beginning of the next cell.
    cells.iter_mut().for_each(|cell| *cell = cell.trim_end_matches("<c ").to_owned());
    let mut cells: Vec<String> =
        cells.into_iter().filter(|cell| !cell.is_empty()).map(|cell| format!("<c {cell}")).collect();
    let name = |cell: &str| cell.split("r=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let style = cells.iter().find(|cell| name(cell) == address).and_then(|cell| {
        let tag = cell.split('>').next().unwrap();
        tag.split(" s=\"").nth(1).map(|rest| format!(" s=\"{}\"", rest.split('"').next().unwrap()))
    });
    cells.retain(|cell| name(cell) != address);
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    let style = style.unwrap_or_default();
    let typed = match text.parse::<f64>() {
        Ok(_) => format!("<c r=\"{address}\"{style}><v>{text}</v></c>"),
        Err(_) => format!("<c r=\"{address}\"{style} t=\"inlineStr\"><is><t>{escaped}</t></is></c>"),
    };
    let before = |cell: &&String| {
        let other = name(cell);
        (other.len(), other) < (address.len(), address.to_owned())
    };
    let at = cells.iter().take_while(before).count();
    cells.insert(at, typed);
    format!("{}{}{}", &xml[..head], cells.concat(), &xml[end..])
}

fn letters(column: u32) -> String {
    meterbook::domain::origin::column_letters(column)
}

/// A workbook whose list was sorted the other way round and filtered: its rows in reverse, the first one hidden.
pub(crate) fn turned_over(bytes: &[u8], sheet: &str, rows: u32) -> Vec<u8> {
    let first = walker::HEADER + 2;
    let part = part_of(bytes, sheet);
    with_part(bytes, &part, |xml| {
        let of_row = |number: u32| {
            let start = xml.find(&format!("<row r=\"{number}\"")).unwrap();
            let end = start + xml[start..].find("</row>").unwrap() + 6;
            &xml[start..end]
        };
        let numbered = |row: &str, old: u32, new: u32| {
            let tag_end = row.find('>').unwrap();
            let tag = row[..tag_end].replace(&format!("r=\"{old}\""), &format!("r=\"{new}\""));
            let hidden = if new == first { " hidden=\"1\"" } else { "" };
            let cells = row[tag_end..].replace(&format!("{old}\""), &format!("{new}\""));
            format!("{tag}{hidden}{cells}")
        };
        let turned =
            (0..rows).map(|at| numbered(of_row(first + rows - 1 - at), first + rows - 1 - at, first + at));
        let start = xml.find(&format!("<row r=\"{first}\"")).unwrap();
        let last = of_row(first + rows - 1);
        let end = xml.find(last).unwrap() + last.len();
        format!("{}{}{}", &xml[..start], turned.collect::<String>(), &xml[end..])
    })
}

/// A workbook without a row of a sheet, numbered from 1; the rows below keep their numbers, as blank ones between them do.
pub(crate) fn with_row_removed(bytes: &[u8], sheet: &str, row: u32) -> Vec<u8> {
    with_part(bytes, &part_of(bytes, sheet), |xml| {
        let start = xml.find(&format!("<row r=\"{row}\"")).unwrap();
        let end = start + xml[start..].find("</row>").unwrap() + 6;
        format!("{}{}", &xml[..start], &xml[end..])
    })
}

/// A workbook whose list has one of its rows, counted from 0, once more below its last.
pub(crate) fn with_row_again(bytes: &[u8], sheet: &str, row: u32) -> Vec<u8> {
    let rows = walker::sheet(bytes, sheet).end().unwrap().0 - walker::HEADER;
    let first = walker::HEADER + 2;
    let (old, new) = (first + row, first + rows);
    with_part(bytes, &part_of(bytes, sheet), |xml| {
        let start = xml.find(&format!("<row r=\"{old}\"")).unwrap();
        let end = start + xml[start..].find("</row>").unwrap() + 6;
        let copy = xml[start..end].replace(&format!("{old}\""), &format!("{new}\""));
        xml.replace("</sheetData>", &format!("{copy}</sheetData>"))
    })
}
