//! The table's text to its file: `server/src/python/symbols/table.rs` describes and reads it.

/// Inflated size of a part in bytes. Of 16, 32, 48 and 64 KiB the whole takes 219, 207, 202 and 201 kB.
const PART: usize = 32 * 1024;
/// The strongest level that the crate offers: the file is packed once and shipped to everyone.
const LEVEL: u8 = 10;

/// Packs sorted lines.
pub fn pack(text: &str) -> Vec<u8> {
    let mut parts: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n') {
        match parts
            .last_mut()
            .filter(|part| part.len() + line.len() <= PART)
        {
            Some(part) => part.push_str(line),
            None => parts.push(line.to_owned()),
        }
    }
    let packed: Vec<Vec<u8>> = parts
        .iter()
        .map(|part| miniz_oxide::deflate::compress_to_vec(part.as_bytes(), LEVEL))
        .collect();
    let mut file = Vec::new();
    number(&mut file, parts.len());
    for (part, packed) in parts.iter().zip(&packed) {
        let first = part.split('\t').next().unwrap_or("");
        number(&mut file, first.len());
        number(&mut file, packed.len());
        number(&mut file, part.len());
        file.extend_from_slice(first.as_bytes());
    }
    file.extend(packed.into_iter().flatten());
    file
}

fn number(file: &mut Vec<u8>, value: usize) {
    file.extend_from_slice(&(value as u32).to_le_bytes());
}
