//! Who is let in, who waits, and who is refused at once.

use axum::http::StatusCode;
use poolhouse_domain::Timestamp;
use poolhouse_domain::clock::TestClock;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::*;

struct Gated {
    admission: Admission,
    clock: Arc<TestClock>,
    metrics: Metrics,
    /// Lets one go who is worked on.
    go: Arc<Semaphore>,
    /// Told when one is.
    working: Arc<Notify>,
}

impl Gated {
    fn new(work: Work) -> Self {
        let clock = Arc::new(TestClock::at(Timestamp::from_seconds(0)));
        let metrics = Metrics::default();
        Self {
            admission: Admission::new(work, clock.clone(), metrics.clone()),
            clock,
            metrics,
            go: Arc::new(Semaphore::new(0)),
            working: Arc::new(Notify::new()),
        }
    }

    fn ask(&self, from: &str) -> impl Future<Output = Response> + use<> {
        let (admission, from) = (self.admission.clone(), from.parse().unwrap());
        let (go, working) = (Arc::clone(&self.go), Arc::clone(&self.working));
        let slow = async move {
            working.notify_one();
            go.acquire().await.unwrap().forget();
            Response::default()
        };
        async move { admission.admit(Some(from), slow).await }
    }

    /// One that is worked on and takes `millis`.
    async fn taught(&self, millis: u64) {
        let mut asked = JoinSet::new();
        asked.spawn(self.ask("192.0.2.9"));
        self.working.notified().await;
        self.clock.advance(Duration::from_millis(millis));
        self.go.add_permits(1);
        assert_eq!(
            asked.join_next().await.unwrap().unwrap().status(),
            StatusCode::OK
        );
    }
}

fn one_at_a_time() -> Work {
    Work {
        requests: 1,
        ..Work::default()
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_is_served_in_turn_and_not_for_ever() {
    let gated = Gated::new(one_at_a_time());
    let mut asked = JoinSet::new();
    asked.spawn(gated.ask("192.0.2.1"));
    gated.working.notified().await;
    let start = Instant::now();
    let late = gated.ask("192.0.2.2").await;
    assert_eq!(late.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(late.headers()["x-amzn-errortype"], "ServiceUnavailable:");
    assert_eq!(late.headers()["retry-after"], "1");
    assert_eq!(start.elapsed(), Duration::from_millis(500));

    asked.spawn(gated.ask("192.0.2.3"));
    gated.go.add_permits(2);
    while let Some(answer) = asked.join_next().await {
        assert_eq!(answer.unwrap().status(), StatusCode::OK);
    }
    assert_eq!(gated.metrics.line("poolhouse_queue"), "poolhouse_queue 0");
}

#[tokio::test(start_paused = true)]
async fn who_would_wait_too_long_is_refused_at_once() {
    let gated = Gated::new(one_at_a_time());
    // A mean that forgets slowly: sixteen of them make it some 640 milliseconds.
    for _ in 0..16 {
        gated.taught(1000).await;
    }
    let mut asked = JoinSet::new();
    asked.spawn(gated.ask("192.0.2.1"));
    gated.working.notified().await;
    let start = Instant::now();
    let refused = gated.ask("192.0.2.2").await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(start.elapsed(), Duration::ZERO);
    gated.go.add_permits(1);
    assert_eq!(
        asked.join_next().await.unwrap().unwrap().status(),
        StatusCode::OK
    );
}

#[tokio::test(start_paused = true)]
async fn one_address_does_not_take_every_turn() {
    let gated = Gated::new(Work {
        requests: 8,
        requests_per_address: 2,
        ..Work::default()
    });
    let mut asked = JoinSet::new();
    for _ in 0..2 {
        asked.spawn(gated.ask("192.0.2.1"));
        gated.working.notified().await;
    }
    let refused = gated.ask("192.0.2.1").await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        refused.headers()["x-amzn-errortype"],
        "TooManyRequestsException:"
    );
    asked.spawn(gated.ask("192.0.2.2"));
    gated.working.notified().await;
    gated.go.add_permits(3);
    while let Some(answer) = asked.join_next().await {
        assert_eq!(answer.unwrap().status(), StatusCode::OK);
    }
}

#[tokio::test(start_paused = true)]
async fn work_without_end_is_given_up_and_its_turn_is_the_nexts() {
    let gated = Gated::new(one_at_a_time());
    let start = Instant::now();
    let refused = gated.ask("192.0.2.1").await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(start.elapsed(), Duration::from_secs(30));
    gated.taught(1).await;
}
