//! How answers go out: whole, or spoilt in one of the ordered ways.

use std::{
    io::{self, Write as _},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    response::Response,
};
use flate2::{Compress, Compression, FlushCompress, write::GzEncoder};
use http::{HeaderName, HeaderValue, StatusCode, header};
use http_body::Frame;
use tokio::time::{Sleep, sleep};

use crate::{
    connection::Line,
    faults::{CannedAnswer, Delivery, Encoding},
};

const EXTRA: usize = 10 * 1024;
const MEBIBYTE: usize = 1024 * 1024;
/// Mebibytes of zeros in a gzip bomb: ten gibibytes.
const BOMB_BLOCKS: u64 = 10 * 1024;

/// Sends a body at once.
pub(crate) fn whole(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Promises the whole body, sends half of it and ends. The pause lets that half out before the end throws it away.
pub(crate) fn truncated(status: StatusCode, body: &str) -> Response {
    let half = Bytes::copy_from_slice(&body.as_bytes()[..body.len() / 2]);
    let mut parts = vec![Err(io::ErrorKind::UnexpectedEof.into()), Ok(half)];
    let parts = Parts::new(Some(Duration::from_millis(20)), move || parts.pop());
    let mut response = whole(status, "text/xml", Body::new(parts));
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    response
}

/// Cuts the connection in place of an answer.
pub(crate) fn reset(line: &Line) -> Response {
    line.cut();
    Response::new(Body::empty())
}

/// Never answers; ends only when the caller hangs up.
pub(crate) async fn silent() -> Response {
    std::future::pending().await
}

/// Sends what was ordered, the way it was ordered.
pub(crate) async fn canned(answer: CannedAnswer, line: &Line) -> Response {
    let pace = Duration::from_millis(answer.milliseconds);
    let bytes = match answer.encoding {
        Encoding::Identity => Bytes::from(answer.body),
        Encoding::Gzip => gzip(answer.body.as_bytes()),
    };
    let mut packed = answer.encoding == Encoding::Gzip;
    let body = match answer.delivery {
        Delivery::Whole => Body::from(bytes),
        Delivery::SlowHeaders => {
            line.slow_down(answer.milliseconds.max(1));
            Body::from(bytes)
        }
        Delivery::SlowBody => {
            let mut at = 0..bytes.len();
            Body::new(Parts::new(Some(pace), move || {
                at.next().map(|i| Ok(bytes.slice(i..=i)))
            }))
        }
        Delivery::Reset => return reset(line),
        Delivery::Silent => return silent().await,
        Delivery::Extra => Body::from([bytes.as_ref(), &vec![b'#'; EXTRA]].concat()),
        Delivery::GzipBomb => {
            packed = true;
            bomb()
        }
        Delivery::Giant => {
            let blanks = Bytes::from(vec![b' '; MEBIBYTE]);
            let mut first = Some(bytes);
            Body::new(Parts::new(None, move || {
                Some(Ok(first.take().unwrap_or_else(|| blanks.clone())))
            }))
        }
    };
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = whole(status, "text/xml", body);
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    if packed {
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn gzip(bytes: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail; if it did, an empty body is as good a fault as any.
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
    Bytes::from(packed.unwrap_or_default())
}

/// Packs one mebibyte of zeros and sends it again and again. A full flush leaves nothing a later block refers to.
fn bomb() -> Body {
    let mut block = Vec::with_capacity(64 * 1024);
    let mut compress = Compress::new(Compression::best(), false);
    let _ = compress.compress_vec(&vec![0; MEBIBYTE], &mut block, FlushCompress::Full);
    let block = Bytes::from(block);
    let mut head = Some(Bytes::from_static(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]));
    let mut left = BOMB_BLOCKS;
    Body::new(Parts::new(None, move || {
        if let Some(head) = head.take() {
            return Some(Ok(head));
        }
        left = left.checked_sub(1)?;
        Some(Ok(block.clone()))
    }))
}

type Source = Box<dyn FnMut() -> Option<io::Result<Bytes>> + Send>;

/// A body made part by part, with a pause after each if it is to be slow.
struct Parts {
    source: Source,
    pace: Option<Duration>,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Parts {
    fn new(pace: Option<Duration>, source: impl FnMut() -> Option<io::Result<Bytes>> + Send + 'static) -> Self {
        Self {
            source: Box::new(source),
            pace,
            pause: None,
        }
    }
}

impl HttpBody for Parts {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(cx));
        }
        self.pause = self.pace.map(|pace| Box::pin(sleep(pace)));
        Poll::Ready((self.source)().map(|part| part.map(Frame::data)))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::{Decompress, FlushDecompress, read::GzDecoder};

    use super::*;

    #[test]
    fn gzip_unpacks() {
        let mut text = String::new();
        GzDecoder::new(&gzip(b"hello")[..]).read_to_string(&mut text).unwrap();
        assert_eq!(text, "hello");
    }

    #[test]
    fn every_block_of_the_bomb_unpacks_to_a_mebibyte() {
        let mut block = Vec::with_capacity(64 * 1024);
        let mut compress = Compress::new(Compression::best(), false);
        compress
            .compress_vec(&vec![0; MEBIBYTE], &mut block, FlushCompress::Full)
            .unwrap();
        assert!(block.len() < 4096, "{} bytes", block.len());
        let (mut out, mut decompress) = (Vec::with_capacity(3 * MEBIBYTE), Decompress::new(false));
        let twice = block.repeat(2);
        decompress
            .decompress_vec(&twice, &mut out, FlushDecompress::Sync)
            .unwrap();
        assert_eq!(out.len(), 2 * MEBIBYTE, "a repeated block must stand by itself");
    }
}
