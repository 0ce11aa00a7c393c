//! The queue, without waiting for time to pass.

use std::sync::mpsc;

use poolhouse_domain::Secret;

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

#[test]
fn argon2id_is_the_one_of_rfc_9106() {
    // By the reference implementation (argon2-cffi 25.1), with the same parameters.
    let password = Password::new(Secret::new("correct horse".to_owned()));
    let hash = argon2id(&password, b"0123456789abcdef").unwrap();
    let expected: [u128; 2] = [
        0xae4d_8c8b_7138_7604_4c83_47c7_6986_a9b5,
        0x6559_44aa_acff_fe9b_ea4d_ff9e_7b6a_1899,
    ];
    assert_eq!(*hash.expose(), expected.map(u128::to_be_bytes).concat());
}
