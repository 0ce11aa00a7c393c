//! Nobody is woken too early, nobody is forgotten, and nobody waits for a grain of the runtime's timer.

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

/// The median of many: any one of them may be late, because the machine has other things to do.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn it_is_finer_than_the_runtimes_timer() {
    let alarm = Alarm::exact();
    let mut late = Vec::new();
    for _ in 0..101 {
        let moment = Instant::now() + MICRO * 100;
        alarm.wait_until(moment).await;
        late.push(moment.elapsed());
    }
    late.sort_unstable();
    assert!(late[50] < Duration::from_micros(800), "{late:?}");
}
