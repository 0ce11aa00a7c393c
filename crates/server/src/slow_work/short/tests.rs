//! Who does the work, and what becomes of it.

use std::future::ready;
use std::sync::mpsc;
use std::thread::{self, ThreadId};

use super::*;

fn here() -> ThreadId {
    thread::current().id()
}

/// Work that goes on until the sender goes.
fn endless(
    short: &ShortWork,
) -> (
    mpsc::Sender<()>,
    impl Future<Output = Result<ThreadId, ApiError>>,
) {
    let (done, wait) = mpsc::channel::<()>();
    let work = short.run(move || {
        assert!(wait.recv().is_err());
        here()
    });
    (done, work)
}

#[tokio::test]
async fn it_is_done_elsewhere_until_there_is_enough_and_then_at_once() {
    let short = ShortWork::start(1);
    let (first, running) = endless(&short);
    let (second, waiting) = endless(&short);
    let others = async { tokio::join!(running, waiting) };
    let mine = async {
        assert_eq!(short.run(here).await.unwrap(), here(), "nothing is free");
        drop((first, second));
    };
    let ((one, other), ()) = tokio::join!(others, mine);
    assert_ne!(one.unwrap(), here());
    assert_ne!(other.unwrap(), here());
    assert_ne!(short.run(here).await.unwrap(), here(), "all is free again");
}

#[tokio::test]
async fn without_threads_it_is_done_at_once() {
    let short = ShortWork::start(0);
    assert_eq!(short.run(here).await.unwrap(), here());
}

#[tokio::test]
async fn a_fault_is_told_and_costs_neither_thread_nor_place() {
    let short = ShortWork::start(1);
    for _ in 0..3 {
        let fault = short.run(|| panic!("a fault of the test")).await;
        assert!(matches!(fault, Err::<(), _>(ApiError::Internal(_))));
    }
    assert_ne!(short.run(here).await.unwrap(), here());
}

#[tokio::test]
async fn what_was_handed_over_is_done_though_nobody_waits_and_nothing_follows() {
    let short = ShortWork::start(1);
    let queue = Arc::downgrade(&short.queue);
    let (told, heard) = mpsc::channel();
    tokio::select! {
        biased;
        _ = short.run(move || told.send(())) => {}
        () = ready(()) => {}
    }
    drop(short);
    assert!(heard.recv().is_ok());
    let has_ended = |_| {
        thread::yield_now();
        queue.strong_count() == 0
    };
    assert!((0..10_000_000).any(has_ended), "its threads end with it");
}

/// Else they would take the processor from who answers.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_threads_are_less_urgent_and_others_are_not() {
    let nice = || rustix::process::getpriority_process(None).unwrap();
    let before = nice();
    let short = ShortWork::start(1);
    assert_eq!(
        short.run(nice).await.unwrap(),
        (before + NICE).min(LEAST_URGENT)
    );
    assert_eq!(nice(), before);
}
