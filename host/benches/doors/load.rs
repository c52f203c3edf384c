//! Connections that each ask again as soon as they are answered.

use std::{
    cell::{Cell, RefCell},
    io,
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};

use tokio::task::{JoinSet, LocalSet};

use crate::{
    client::{Client, Received},
    cpu, mark,
};

/// Messages of one conversation. The first is handed over to its department, where the
/// conversation stays; the skill looks at each of them.
pub const TURNS: usize = 8;

/// Before it counts: connections are made, and whatever fills up on first use is full.
const WARM_UP: Duration = Duration::from_secs(1);

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    pub connections: usize,
    pub streamed: bool,
    pub lasts: Duration,
}

/// What it came to.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    pub per_second: f64,
    pub median: Duration,
    pub p99: Duration,
    /// To the first word of a streamed reply.
    pub first: Option<Duration>,
    pub failed: usize,
    /// What a request made the door compute; none: it is no process of its own.
    pub computed: Option<Duration>,
}

/// Times of single requests.
#[derive(Default)]
struct Taken {
    whole: Vec<Duration>,
    first: Vec<Duration>,
    failed: usize,
    last: Option<Instant>,
}

impl Taken {
    /// Counts a request that ended at `now`; none: it was not answered.
    fn add(&mut self, now: Instant, answer: Option<Received>) {
        self.last = Some(now);
        match answer {
            Some(received) => {
                self.whole.push(received.took);
                self.first.extend(received.first);
            }
            None => self.failed += 1,
        }
    }
}

/// A request for a reply to the `number`th message of all.
pub fn request(number: usize, conversation: &str, key: Option<&str>, streamed: bool) -> Vec<u8> {
    let mark = mark::of(number);
    let body = format!(
        r#"{{"model":"desk","stream":{streamed},"messages":[{{"role":"user","content":"Where is the parcel with my order 4321? My name for this is {mark}"}}]}}"#
    );
    let key = key.map_or_else(String::new, |key| format!("idempotency-key: {key}\r\n"));
    // What a door does not know of these headers it leaves alone.
    format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n\
         x-baton-user: ada\r\nx-baton-conversation: {conversation}\r\n\
         {key}content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Measures a door, and what the processes of its group compute for it.
pub async fn run(door: SocketAddr, group: Option<u32>, load: Load) -> io::Result<Figures> {
    let taken = Rc::new(RefCell::new(Taken::default()));
    let counter = Rc::new(Cell::new(0));
    let begins = Instant::now() + WARM_UP;
    let ends = begins + load.lasts;
    let before = group.map(cpu::of).transpose()?;
    let all = LocalSet::new();
    all.run_until(async {
        let mut connections = JoinSet::new();
        for _ in 0..load.connections {
            let (taken, counter) = (taken.clone(), counter.clone());
            connections.spawn_local(async move {
                let mut client = Client::connect(door).await?;
                let run = ulid::Ulid::generate();
                let mut asked = 0;
                while Instant::now() < ends {
                    let number = counter.replace(counter.get() + 1);
                    let conversation = format!("{run}-{}", asked / TURNS);
                    let request = request(number, &conversation, None, load.streamed);
                    asked += 1;
                    let received = client.send(&request).await;
                    let now = Instant::now();
                    if now < begins {
                        continue;
                    }
                    let answer = received
                        .ok()
                        .filter(|received| received.answers(&mark::of(number)));
                    let failed = answer.is_none();
                    taken.borrow_mut().add(now, answer);
                    if failed {
                        client = Client::connect(door).await?;
                    }
                }
                Ok::<(), io::Error>(())
            });
        }
        while let Some(ended) = connections.join_next().await {
            ended.map_err(io::Error::other)??;
        }
        Ok::<(), io::Error>(())
    })
    .await?;
    let after = group.map(cpu::of).transpose()?;
    let requests = u32::try_from(counter.get()).unwrap_or(u32::MAX).max(1);
    let computed = before
        .zip(after)
        .map(|(before, after)| after.saturating_sub(before) / requests);
    let mut taken = taken.take();
    // What was under way at the end counts too, with its time, or else the slowest had no answers.
    let lasted = taken.last.map_or(load.lasts, |last| last - begins);
    #[allow(clippy::cast_precision_loss)]
    let per_second = taken.whole.len() as f64 / lasted.as_secs_f64();
    Ok(Figures {
        per_second,
        median: quantile(&mut taken.whole, 50),
        p99: quantile(&mut taken.whole, 99),
        first: load.streamed.then(|| quantile(&mut taken.first, 50)),
        failed: taken.failed,
        computed,
    })
}

fn quantile(taken: &mut [Duration], percent: usize) -> Duration {
    taken.sort_unstable();
    let at = taken.len().saturating_sub(1) * percent / 100;
    taken.get(at).copied().unwrap_or_default()
}
