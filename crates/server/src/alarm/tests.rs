//! Nobody is woken too early, and nobody is forgotten.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::Alarm;

const MICRO: Duration = Duration::from_micros(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_is_woken_at_their_moment_in_whatever_order_they_come() {
    for alarm in [Alarm::exact(), Alarm::default()] {
        let begin = Instant::now();
        let mut tasks = JoinSet::new();
        for number in 0..500_u32 {
            let alarm = alarm.clone();
            // Forth and back, and some at the same moment.
            let moment = begin + MICRO * (number * 7_919 % 20_000 / 40 * 40);
            tasks.spawn(async move {
                alarm.wait_until(moment).await;
                assert!(Instant::now() >= moment, "too early");
            });
        }
        let all = timeout(Duration::from_secs(10), tasks.join_all());
        assert_eq!(all.await.expect("somebody was forgotten").len(), 500);
    }
}

#[tokio::test]
async fn who_waits_alone_is_woken_again_and_again() {
    let alarm = Alarm::exact();
    for micros in [0, 1, 100, 1_500, 1] {
        let moment = Instant::now() + MICRO * micros;
        let woken = timeout(Duration::from_secs(10), alarm.wait_until(moment));
        woken.await.expect("forgotten");
        assert!(Instant::now() >= moment);
    }
}

#[tokio::test]
async fn who_goes_away_holds_up_nobody() {
    let alarm = Alarm::exact();
    let soon = Instant::now() + Duration::from_millis(1);
    let gone = timeout(Duration::ZERO, alarm.wait_until(soon));
    assert!(gone.await.is_err());
    let woken = timeout(Duration::from_secs(10), alarm.wait_until(soon + MICRO));
    woken.await.expect("forgotten");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn linux_has_one_that_is_exact() {
    assert!(Alarm::exact().exact.is_some());
}
