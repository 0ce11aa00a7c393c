//! The queue, without waiting for time to pass.

use std::sync::mpsc;

use super::*;

/// One processor is busy until the sender goes.
fn busy(slow: &Arc<SlowWork>, cost: u32) -> (mpsc::Sender<()>, tokio::task::JoinHandle<()>) {
    let (done, wait) = mpsc::channel::<()>();
    let slow = Arc::clone(slow);
    #[expect(clippy::disallowed_methods, reason = "awaited by the test")]
    let task = tokio::spawn(async move {
        let ended = slow.run(cost, move || wait.recv().is_err()).await;
        assert!(ended.unwrap());
    });
    (done, task)
}

#[tokio::test]
async fn what_would_wait_longer_than_a_second_is_refused() {
    let slow = Arc::new(SlowWork::with(1));
    let (first, running) = busy(&slow, 600);
    let (second, waiting) = busy(&slow, 400);
    tokio::task::yield_now().await;
    let refused = slow.run(1, || ()).await;
    assert!(matches!(refused, Err(ApiError::TooManyRequests)));
    drop(first);
    running.await.unwrap();
    drop(second);
    waiting.await.unwrap();
    assert!(slow.run(1000, || ()).await.is_ok(), "all is free again");
}

#[tokio::test]
async fn a_fault_frees_its_place() {
    let slow = SlowWork::with(1);
    let fault = slow.run(1000, || panic!("a fault of the test")).await;
    assert!(matches!(fault, Err::<(), _>(ApiError::Internal(_))));
    assert_eq!(slow.run(1000, || 7).await.unwrap(), 7);
}
