//! How long a client may take: to send a request's headers, to read a reply, and between requests.
//!
//! A client that sends a byte now and then holds a connection for as long as it likes, unless
//! somebody looks at the clock (slowloris). The time that a reply takes to be made is not the client's,
//! and the body's has a limit of its own ([`crate::http`]).

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use super::Limits;

/// A stream whose client is given up when it takes too long.
pub(super) struct Patient<S> {
    stream: S,
    turns: Turns,
    /// Those that were over when we last looked.
    over: usize,
    waiting: Waiting,
    /// When patience ends.
    deadline: Instant,
    /// Set to a deadline, or to an earlier one that has moved since: to set it anew at each turn would cost more
    /// than to look, once in a while, whether it rang too early.
    alarm: Pin<Box<Sleep>>,
    headers: Duration,
    idle: Duration,
}

/// Whose turn it is on a connection: the client's, ours, the client's, …
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<AtomicUsize>);

impl Turns {
    /// The other's turn begins.
    pub(super) fn next(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// What the client owes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Waiting {
    /// Nothing: it is our turn.
    Nothing,
    /// The next request, if there is one.
    Request,
    /// The rest of the headers.
    Headers,
    /// To read what was written.
    Reading,
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, turns: Turns, limits: &Limits) -> Self {
        Self {
            stream,
            turns,
            over: 0,
            // A connection is opened to send something.
            waiting: Waiting::Headers,
            deadline: Instant::now() + limits.headers,
            alarm: Box::pin(sleep(limits.headers)),
            headers: limits.headers,
            idle: limits.idle,
        }
    }

    /// Waits for `what` from now on, unless that is waited for already.
    fn expect(&mut self, what: Waiting) {
        if self.waiting == what {
            return;
        }
        self.waiting = what;
        let patience = match what {
            Waiting::Nothing => return,
            Waiting::Request => self.idle,
            Waiting::Headers | Waiting::Reading => self.headers,
        };
        // The runtime's own time: it decides nothing but when to give up.
        self.deadline = Instant::now() + patience;
        if self.deadline < self.alarm.deadline() {
            self.alarm.as_mut().reset(self.deadline);
        }
    }

    /// Whether patience has ended.
    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        if self.waiting == Waiting::Nothing {
            return Poll::Pending;
        }
        while self.alarm.as_mut().poll(cx).is_ready() {
            if self.alarm.deadline() >= self.deadline {
                return Poll::Ready(io::ErrorKind::TimedOut.into());
            }
            self.alarm.as_mut().reset(self.deadline);
        }
        Poll::Pending
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        let turns = self.turns.0.load(Ordering::Relaxed);
        if turns != self.over {
            self.over = turns;
            self.expect(Waiting::Nothing);
        }
        if turns % 2 == 1 {
            // Ours; what comes meanwhile is a body, or the next request early.
        } else if read.is_ready() && buffer.filled().len() > before {
            self.expect(Waiting::Headers);
        } else if self.waiting != Waiting::Headers {
            self.expect(Waiting::Request);
        }
        match read {
            Poll::Pending => self.poll_deadline(cx).map(Err),
            ready @ Poll::Ready(_) => ready,
        }
    }
}

impl<S: Unpin> Patient<S> {
    /// Gives up a client that reads nothing of what is written.
    fn written<T>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            if self.waiting == Waiting::Reading {
                self.expect(Waiting::Nothing);
            }
            return written;
        }
        self.expect(Waiting::Reading);
        self.poll_deadline(cx).map(Err)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.written(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let closed = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.written(cx, closed)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
