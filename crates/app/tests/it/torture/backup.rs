//! Backups while people write, and what is in them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use super::crowd::{Crowd, World};
use super::node::Site;
use super::person::{Person, Stage};
use super::rounds;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_under_load_is_whole() {
    let rounds = rounds(2);
    let site = Site::with_a_file();
    let node = site.serve();
    let world = World::new(&site.outputs(), &[&node]);
    let crowd = Crowd::gather(&world, 16);
    let (mut wrong, mut settled, mut between) = (Vec::new(), 0, 0);
    for round in 0..rounds {
        world.more(60).await;
        let file = site.path(&format!("backup-{round}"));
        let before = SystemTime::now();
        run(&site, "backup", "--to", &file);
        let people = Between {
            before,
            after: SystemTime::now(),
        };
        world.point_at(&[]);
        let (some, others, found) = people.look_into(&site, &world, &file).await;
        settled += some;
        between += others;
        wrong.extend(found);
        world.point_at(&[&node]);
    }
    wrong.extend(crowd.disperse().await);
    println!(
        "backup: {rounds} times under load, {} writes acknowledged; restored and looked at: {settled} people who \
         were done before their backup began, {between} who were not; {} lost or half there",
        world.acknowledgements(),
        wrong.len(),
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// When a backup began and ended.
struct Between {
    before: SystemTime,
    after: SystemTime,
}

impl Between {
    /// Restores the backup, and asks everybody whether they find in it what they were told. How many had
    /// nothing left to do when it began, how many had, and what is wrong.
    async fn look_into(
        &self,
        site: &Site,
        world: &World,
        file: &Path,
    ) -> (usize, usize, Vec<String>) {
        let restored = Site::with_a_file();
        run(&restored, "restore", "--from", file);
        let node = tokio::task::block_in_place(|| restored.serve());
        let there = World::new(&site.outputs(), &[&node]);
        let before = world.at(self.before).into_iter();
        let before: HashMap<_, _> = before.map(|then| (then.email.clone(), then)).collect();
        let (mut settled, mut others) = (Vec::new(), Vec::new());
        for now in world.at(self.after) {
            match before.get(&now.email) {
                Some(then) if then.is_settled() => settled.push(now),
                then => others.push((then.map_or(Stage::Nobody, |then| then.stage), now)),
            }
        }
        let counts = (settled.len(), others.len());
        let mut wrong = there.check(settled).await;
        for (then, person) in others {
            wrong.extend(resume(&there, then, person).await);
        }
        wrong.extend(there.check(there.settled()).await);
        (counts.0, counts.1, wrong)
    }
}

/// Everybody who was in the middle of something goes on from where the backup has them.
async fn resume(there: &Arc<World>, then: Stage, mut person: Person) -> Option<String> {
    if let Err(what) = person.resume(then, there).await {
        return Some(format!("{person:?}: {what:?}"));
    }
    there.live(person).await;
    None
}

fn run(site: &Site, command: &str, way: &str, file: &Path) {
    let mut command = site.command(command);
    let output = tokio::task::block_in_place(|| command.arg(way).arg(file).output()).unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}
