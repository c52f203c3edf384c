//! Full load for long: memory, and each answer in the store exactly once.
//!
//! Most messages are sent once. Some are sent again under the same key after their answer,
//! some at the same time on a second connection, and some by a client that leaves at once and
//! comes back.

mod check;

use std::{
    cell::RefCell,
    io,
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};

use tokio::task::{JoinSet, LocalSet};

use crate::{
    backend,
    baton::Baton,
    client::Client,
    load::{TURNS, request},
    mark,
};
use check::check;

/// Enough that each commit is shared by many turns, and the desk never waits for us.
const CONNECTIONS: usize = 64;

/// One in so many messages is sent in each of the unusual ways.
const UNUSUAL: usize = 16;

/// How often memory is looked at.
const LOOKS: Duration = Duration::from_secs(1);

/// Caches fill, and the allocator finds its size: what it has after this is compared.
const WARM: Duration = Duration::from_secs(60);

/// What has come of the messages.
#[derive(Default)]
struct Course {
    /// How often each was acknowledged, by number.
    acknowledged: Vec<u8>,
    /// Times of those that were sent once.
    taken: Vec<Duration>,
    again: usize,
    at_once: usize,
    left: usize,
    failures: Vec<String>,
}

impl Course {
    fn next(&mut self) -> usize {
        self.acknowledged.push(0);
        self.acknowledged.len() - 1
    }
}

pub async fn run(lasts: Duration) -> io::Result<()> {
    let backend = backend::start()?;
    let mut baton = Baton::start(backend)?;
    let course = Rc::new(RefCell::new(Course::default()));
    let ends = Instant::now() + lasts;
    let mut memory = Vec::new();
    let all = LocalSet::new();
    all.run_until(async {
        let mut connections = JoinSet::new();
        for _ in 0..CONNECTIONS {
            let course = course.clone();
            connections.spawn_local(converse(baton.address, course, ends));
        }
        watch(&baton, &course, ends, &mut memory).await?;
        while let Some(ended) = connections.join_next().await {
            ended.map_err(io::Error::other)??;
        }
        Ok::<(), io::Error>(())
    })
    .await?;
    baton.stop()?;
    let mut course = course.take();
    tell(&mut course, lasts);
    slope(&memory);
    let wrong = check(&baton.store(), &course.acknowledged)?;
    match wrong == 0 && course.failures.is_empty() {
        true => Ok(()),
        false => Err(io::Error::other("not everything was as it must be")),
    }
}

/// One message after another, in one conversation after another.
async fn converse(door: SocketAddr, course: Rc<RefCell<Course>>, ends: Instant) -> io::Result<()> {
    let mut client = Client::connect(door).await?;
    let run = ulid::Ulid::generate();
    let mut asked = 0;
    while Instant::now() < ends {
        let number = course.borrow_mut().next();
        let conversation = format!("{run}-{}", asked / TURNS);
        let key = format!("key-{number}");
        let request = request(number, &conversation, Some(&key), number.is_multiple_of(2));
        asked += 1;
        let sent = one(&mut client, door, &course, number, &request).await;
        if let Err(error) = sent {
            let failure = format!("message {number}: {error}");
            eprintln!("{failure}");
            course.borrow_mut().failures.push(failure);
            client = Client::connect(door).await?;
        }
    }
    Ok(())
}

async fn one(
    client: &mut Client,
    door: SocketAddr,
    course: &RefCell<Course>,
    number: usize,
    request: &[u8],
) -> io::Result<()> {
    match (number / UNUSUAL, number % UNUSUAL) {
        // The parity decides which of them is streamed.
        (round, 0 | 1) if round % 2 == number % 2 => {
            answered(course, number, client.send(request).await?)?;
            answered(course, number, client.send(request).await?)?;
            course.borrow_mut().again += 1;
        }
        (round, 4 | 5) if round % 2 == number % 2 => {
            let mut second = Client::connect(door).await?;
            let (one, other) = tokio::join!(client.send(request), second.send(request));
            answered(course, number, one?)?;
            answered(course, number, other?)?;
            course.borrow_mut().at_once += 1;
        }
        (round, 10 | 11) if round % 2 == number % 2 => {
            Client::connect(door).await?.send_and_leave(request).await?;
            answered(course, number, client.send(request).await?)?;
            course.borrow_mut().left += 1;
        }
        _ => {
            let received = client.send(request).await?;
            let took = received.took;
            answered(course, number, received)?;
            course.borrow_mut().taken.push(took);
        }
    }
    Ok(())
}

fn answered(
    course: &RefCell<Course>,
    number: usize,
    received: crate::client::Received,
) -> io::Result<()> {
    if !received.answers(&mark::of(number)) {
        let body = String::from_utf8_lossy(&received.body);
        let said: String = body.chars().take(200).collect();
        return Err(io::Error::other(format!("{}: {said}", received.status)));
    }
    if let Some(times) = course.borrow_mut().acknowledged.get_mut(number) {
        *times = times.saturating_add(1);
    }
    Ok(())
}

async fn watch(
    baton: &Baton,
    course: &RefCell<Course>,
    ends: Instant,
    memory: &mut Vec<(f64, f64)>,
) -> io::Result<()> {
    let began = Instant::now();
    let mut told = None;
    while Instant::now() < ends {
        let passed = began.elapsed();
        let mib = mib(baton.memory()?);
        memory.push((passed.as_secs_f64(), mib));
        let minute = passed.as_secs() / 60;
        if told != Some(minute) {
            told = Some(minute);
            let asked = course.borrow().acknowledged.len();
            println!("minute {minute:>2}: {mib:>7.1} MiB, {asked} messages");
        }
        tokio::time::sleep(LOOKS).await;
    }
    println!("end:       {:>7.1} MiB", mib(baton.memory()?));
    Ok(())
}

fn tell(course: &mut Course, lasts: Duration) {
    let acknowledged = course.acknowledged.iter().filter(|times| **times > 0);
    let answers = acknowledged.count();
    course.taken.sort_unstable();
    let at = |percent: usize| {
        let index = course.taken.len().saturating_sub(1) * percent / 100;
        course.taken.get(index).copied().unwrap_or_default()
    };
    #[allow(clippy::cast_precision_loss)]
    let rate = answers as f64 / lasts.as_secs_f64();
    println!(
        "{answers} of {} messages answered, {rate:.0} a second; p50 {:.1} ms, p99 {:.1} ms",
        course.acknowledged.len(),
        at(50).as_secs_f64() * 1e3,
        at(99).as_secs_f64() * 1e3
    );
    println!(
        "of these sent again {}, twice at once {}, left and sent again {}; failed {}",
        course.again,
        course.at_once,
        course.left,
        course.failures.len()
    );
}

/// How fast memory grew once it was warm: the line with the least squares.
fn slope(memory: &[(f64, f64)]) {
    let warm: Vec<(f64, f64)> = memory
        .iter()
        .copied()
        .filter(|(at, _)| *at >= WARM.as_secs_f64())
        .collect();
    #[allow(clippy::cast_precision_loss)]
    let count = warm.len() as f64;
    if count < 2.0 {
        println!(
            "too short for a slope: it takes more than {} s",
            WARM.as_secs()
        );
        return;
    }
    let middle = |of: fn(&(f64, f64)) -> f64| warm.iter().map(of).sum::<f64>() / count;
    let (at, mib) = (middle(|look| look.0), middle(|look| look.1));
    let (mut along, mut square) = (0.0, 0.0);
    for (x, y) in &warm {
        along += (x - at) * (y - mib);
        square += (x - at) * (x - at);
    }
    println!(
        "memory after the first minute: {mib:.1} MiB on average, {:+.2} MiB a minute",
        along / square * 60.0
    );
}

fn mib(bytes: u64) -> f64 {
    #[allow(clippy::cast_precision_loss)]
    let bytes = bytes as f64;
    bytes / f64::from(1 << 20)
}
