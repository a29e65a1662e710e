//! The wire itself, which can be cut or made slow while a request is on it.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    time::{Sleep, sleep},
};

/// Where connections come in.
pub(crate) struct Door(pub(crate) TcpListener);

/// A connection that obeys its [`Line`].
pub(crate) struct Wire {
    stream: TcpStream,
    line: Line,
    pause: Option<Pin<Box<Sleep>>>,
}

/// A handler's hold on the connection its request came by.
#[derive(Clone, Default)]
pub(crate) struct Line(Arc<Orders>);

#[derive(Default)]
struct Orders {
    cut: AtomicBool,
    pace_milliseconds: AtomicU64,
}

impl Line {
    /// Resets the connection at the next byte that would go out.
    pub(crate) fn cut(&self) {
        self.0.cut.store(true, Ordering::Relaxed);
    }

    /// Lets bytes out one by one from now on.
    pub(crate) fn slow_down(&self, milliseconds: u64) {
        self.0.pace_milliseconds.store(milliseconds, Ordering::Relaxed);
    }
}

impl Connected<IncomingStream<'_, Door>> for Line {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.io().line.clone()
    }
}

impl Listener for Door {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        loop {
            match self.0.accept().await {
                Ok((stream, address)) => {
                    return (
                        Wire {
                            stream,
                            line: Line::default(),
                            pause: None,
                        },
                        address,
                    );
                }
                // Too many open files and the like pass; what matters is not to spin until they do.
                Err(_) => sleep(Duration::from_millis(50)).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.line.0.cut.load(Ordering::Relaxed) {
            // Without lingering, closing sends a reset and not an orderly end.
            self.stream.set_zero_linger()?;
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        let pace = self.line.0.pace_milliseconds.load(Ordering::Relaxed);
        if pace == 0 {
            return Pin::new(&mut self.stream).poll_write(cx, bytes);
        }
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(cx));
            self.pause = None;
        }
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &bytes[..bytes.len().min(1)]))?;
        self.pause = Some(Box::pin(sleep(Duration::from_millis(pace))));
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
