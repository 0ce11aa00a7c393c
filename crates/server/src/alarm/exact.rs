//! Linux's timer (`timerfd`): one file for everybody, set to the first moment that anybody waits for.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::Instant;

pub(super) struct Timer {
    bell: Arc<Bell>,
    /// Who hears it, for as long as the timer is there.
    _listener: JoinSet<()>,
}

struct Bell {
    file: AsyncFd<OwnedFd>,
    waiting: Mutex<Waiting>,
}

/// Those who wait, by when they are woken. Who is dropped from here asks the runtime.
#[derive(Default)]
struct Waiting {
    /// Tells those apart who wait for the same moment.
    turn: u64,
    by_moment: BTreeMap<(Instant, u64), oneshot::Sender<()>>,
}

impl Timer {
    /// Makes the timer, and the task that listens to it.
    pub(super) fn start() -> io::Result<Self> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let file = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        #[expect(
            deprecated,
            reason = "the one that is not is unsafe, for types that may close their file; this one keeps it"
        )]
        let file = AsyncFd::with_interest(file, Interest::READABLE)?;
        let bell = Arc::new(Bell {
            file,
            waiting: Mutex::default(),
        });
        let mut listener = JoinSet::new();
        listener.spawn(Arc::clone(&bell).listen());
        Ok(Self {
            bell,
            _listener: listener,
        })
    }

    /// What is sent at `moment`; an error if it cannot be.
    pub(super) fn ring_at(&self, moment: Instant) -> oneshot::Receiver<()> {
        self.bell.ring_at(moment)
    }
}

impl Bell {
    fn ring_at(&self, moment: Instant) -> oneshot::Receiver<()> {
        let (wake, woken) = oneshot::channel();
        let mut waiting = self.waiting();
        waiting.turn += 1;
        let place = (moment, waiting.turn);
        waiting.by_moment.insert(place, wake);
        if waiting.first() == Some(place) {
            self.set(&mut waiting);
        }
        woken
    }

    async fn listen(self: Arc<Self>) {
        while let Ok(mut rings) = self.file.readable().await {
            // That it is read says that it was heard; how often it rang does not matter.
            let _times = rustix::io::read(&self.file, &mut [0; 8]);
            rings.clear_ready();
            let mut waiting = self.waiting();
            let now = Instant::now();
            while let Some(first) = waiting.by_moment.first_entry()
                && first.key().0 <= now
            {
                // Whoever has gone away need not be woken.
                let _gone = first.remove().send(());
            }
            self.set(&mut waiting);
        }
    }

    /// Sets the timer to the first moment.
    fn set(&self, waiting: &mut Waiting) {
        let Some((moment, _)) = waiting.first() else {
            return;
        };
        // Zero would stop it.
        let left = moment.saturating_duration_since(Instant::now());
        let left = left.max(Duration::from_nanos(1));
        let once = |it_value| Itimerspec {
            it_interval: Timespec::default(),
            it_value,
        };
        let set = Timespec::try_from(left)
            .map_err(io::Error::other)
            .and_then(|left| {
                let flags = TimerfdTimerFlags::empty();
                Ok(timerfd_settime(&self.file, flags, &once(left))?)
            });
        if let Err(error) = set {
            tracing::warn!(%error, "the exact timer cannot be set");
            waiting.by_moment.clear();
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn first(&self) -> Option<(Instant, u64)> {
        self.by_moment.keys().next().copied()
    }
}
