//! Unpacks the fields that hold a file.

use std::io::Read as _;

use serde_json::Value;

/// The bytes of the field `name`, however it is packed; none where the file does not exist.
pub(crate) fn bytes(case: &Value, name: &str) -> Option<Vec<u8>> {
    let unpacked = |text: &str| data_encoding::BASE64.decode(text.as_bytes()).unwrap();
    if let Some(text) = case[name].as_str() {
        return Some(text.as_bytes().to_vec());
    }
    if let Some(text) = case[format!("{name}_base64")].as_str() {
        return Some(unpacked(text));
    }
    let packed = unpacked(case[format!("{name}_gzip_base64")].as_str()?);
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(&packed[..])
        .read_to_end(&mut bytes)
        .unwrap();
    Some(bytes)
}
