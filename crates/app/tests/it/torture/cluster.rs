//! Three nodes on a PostgreSQL that looks after itself: Patroni and etcd, a leader with a synchronous standby and one more.
//! The leader is lost again and again, and nobody tells the nodes who leads then.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt as _;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::crowd::{Crowd, World};
use super::node::Site;
use super::{chance, rounds};

const SCRIPT: &str = include_str!("cluster/cluster.sh");

/// Between two questions to a cluster that is not whole yet.
const PAUSE: Duration = Duration::from_millis(200);

/// How long a cluster may take to be whole: Patroni's lease is 20 s.
const PATIENCE: Duration = Duration::from_mins(2);

/// How often a cluster is made before it is given up: somebody else may have taken one of its ports meanwhile.
const TRIES: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_follow_the_leader() {
    let rounds = rounds(1);
    let mut cluster = Cluster::whole().await;
    let site = Site::new(&cluster.url());
    let nodes = [site.serve(), site.serve(), site.serve()];
    let world = World::new(&site.outputs(), &nodes.each_ref());
    let crowd = Crowd::gather(&world, 16);
    let mut slowest = Duration::ZERO;
    for round in 0..rounds {
        world.more(40 + chance(60)).await;
        let leader = cluster.leader().await.expect("the cluster is whole again");
        // Every other time its PostgreSQL alone: then Patroni hands over at once, and not after its lease.
        let machine = round % 2 == 1;
        let lost = Instant::now();
        cluster.tell(if machine { "cut" } else { "database" }, leader);
        // What was on its way is answered, one way or the other.
        world.more(24).await;
        slowest = slowest.max(lost.elapsed());
        if machine {
            cluster.tell("start", leader);
        }
    }
    let wrong = crowd.disperse().await;
    println!(
        "Patroni: the leader lost {rounds} times under 3 nodes; {} writes acknowledged, {} requests without an answer, \
         {} people; {} lost or half there; writing again within {slowest:?}",
        world.acknowledgements(),
        world.unanswered(),
        world.settled().len(),
        wrong.len(),
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A cluster. It ends with this value, or with this process.
struct Cluster {
    shell: Child,
    input: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// Of etcd two, of Patroni three, of PostgreSQL three.
    ports: Vec<u16>,
}

impl Cluster {
    /// One that has a leader and two more.
    async fn whole() -> Self {
        for _ in 0..TRIES {
            let cluster = tokio::task::block_in_place(Self::start);
            if cluster.leader().await.is_some() {
                return cluster;
            }
        }
        panic!("no cluster became whole, of {TRIES}");
    }

    fn start() -> Self {
        // All at once, so that they differ.
        let sockets = [(); 8].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let ports: Vec<u16> = sockets
            .iter()
            .map(|socket| socket.local_addr().unwrap().port())
            .collect();
        drop(sockets);
        let mut command = Command::new("sh");
        if fs::metadata("/proc/self").unwrap().uid() == 0 {
            command = Command::new("setpriv");
            command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", "sh"]);
        }
        let mut shell = command
            .args(["-c", SCRIPT, "cluster.sh", &programs()])
            .args(ports.iter().map(u16::to_string))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = shell.stdin.take();
        let mut answers = BufReader::new(shell.stdout.take().unwrap());
        let mut folder = String::new();
        answers.read_line(&mut folder).unwrap();
        Self {
            shell,
            input,
            answers,
            ports,
        }
    }

    /// Every member, in no order: the nodes find out who leads.
    fn url(&self) -> String {
        let [.., one, two, three] = self.ports[..] else {
            unreachable!()
        };
        format!(
            "postgres://poolhouse:x@127.0.0.1:{one},127.0.0.1:{two},127.0.0.1:{three}/postgres?target_session_attrs=read-write"
        )
    }

    fn tell(&mut self, what: &str, member: usize) {
        tokio::task::block_in_place(|| {
            writeln!(self.input.as_mut().unwrap(), "{what} {member}").unwrap();
            let mut line = String::new();
            self.answers.read_line(&mut line).unwrap();
            assert_eq!(line, "done\n");
        });
    }

    /// Who leads, as soon as the cluster is whole: the leader, a standby that has all, and one more. Nobody, if it
    /// does not become whole.
    async fn leader(&self) -> Option<usize> {
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE {
            for port in &self.ports[2..5] {
                if let Some(leader) = members(*port).and_then(|members| leads(&members)) {
                    return Some(leader);
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
        None
    }
}

/// What a member says of all.
fn members(port: u16) -> Option<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.write_all(b"GET /cluster HTTP/1.0\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
}

/// The leader of a cluster that is whole.
fn leads(cluster: &Value) -> Option<usize> {
    let members = cluster["members"].as_array()?;
    let with = |role: &str| members.iter().find(|member| member["role"] == role);
    let running = |member: &Value| member["state"] == "running" || member["state"] == "streaming";
    with("sync_standby")?;
    let leader = with("leader").filter(|_| members.len() == 3 && members.iter().all(running))?;
    leader["name"].as_str()?.parse().ok()
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.input.take());
        self.shell.wait().unwrap();
    }
}

/// The folder of the newest PostgreSQL that is installed.
fn programs() -> String {
    let versions = fs::read_dir("/usr/lib/postgresql").unwrap();
    let newest = versions.map(|entry| entry.unwrap().path()).max().unwrap();
    newest.join("bin").to_str().unwrap().to_owned()
}
