//! Telling others how their tasks stand, by requests of our own.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use a2a::{ListTaskPushNotificationConfigsResponse, StreamResponse, TaskPushNotificationConfig};
use url::Url;

use super::{
    JSON,
    operation::Visit,
    problem::Problem,
    task::{self, Standing, TaskRef, View, standing},
};
use crate::{
    handoff::{Follower, KeptDelivery},
    server::Hall,
    web::{HostPattern, Nearness, Request, Secrets, Web, WebError, WebLimits},
};

/// How often to look whether there is something to tell.
const LOOK: Duration = Duration::from_secs(1);

/// Tries of one piece of news, with a pause before each but the first, which
/// grows from this: a restart of a service takes half a minute, and clients can
/// still ask.
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_secs(2);

/// Push notification configs of one task; a task concerns a few systems.
const MOST: usize = 10;

/// Keeps a config, if its place may be called.
pub(super) async fn create(
    visit: &Visit,
    task: &TaskRef,
    mut config: TaskPushNotificationConfig,
) -> Result<TaskPushNotificationConfig, Problem> {
    host(&visit.hall, &config.url)?;
    if let Err(wrong) = request(&config, Vec::new()) {
        return Err(Problem::params(format!(
            "the config cannot be used: {wrong}"
        )));
    }
    let id = config.id.take().filter(|id| !id.is_empty());
    let id = id.unwrap_or_else(|| ulid::Ulid::generate().to_string());
    config.id = Some(id.clone());
    config.task_id.clone_from(&task.id);
    let store = visit.hall.desk().store();
    let others = store.followers(&task.key).await?;
    if others.len() >= MOST && others.iter().all(|other| other.id != id) {
        let message = format!("a task has {MOST} push notification configs at most");
        return Err(Problem::params(message));
    }
    let how = serde_json::to_string(&config).map_err(|error| Problem::params(error.to_string()))?;
    store
        .follow(Follower {
            id,
            key: task.key.clone(),
            user: visit.caller.user.clone(),
            conversation: task.conversation.clone(),
            how,
            told: String::new(),
            over: false,
        })
        .await?;
    Ok(config)
}

pub(super) async fn get(
    visit: &Visit,
    task: &str,
    id: &str,
) -> Result<TaskPushNotificationConfig, Problem> {
    let all = list(visit, task).await?.configs;
    let found = all
        .into_iter()
        .find(|config| config.id.as_deref() == Some(id));
    found.ok_or_else(|| Problem::no_follower(id))
}

pub(super) async fn list(
    visit: &Visit,
    task: &str,
) -> Result<ListTaskPushNotificationConfigsResponse, Problem> {
    let task = visit.task(task).await?;
    let followers = visit.hall.desk().store().followers(&task.key).await?;
    let configs = followers.iter().filter_map(config).collect();
    Ok(ListTaskPushNotificationConfigsResponse {
        configs,
        next_page_token: None,
    })
}

/// Removing what is not there does no harm.
pub(super) async fn delete(visit: &Visit, task: &str, id: &str) -> Result<(), Problem> {
    let task = visit.task(task).await?;
    visit.hall.desk().store().unfollow(&task.key, id).await?;
    Ok(())
}

fn config(follower: &Follower) -> Option<TaskPushNotificationConfig> {
    serde_json::from_str(&follower.how).ok()
}

/// The host that may be called: a public one, or one that the operator names.
fn host(hall: &Hall, url: &str) -> Result<HostPattern, Problem> {
    let parsed =
        Url::parse(url).map_err(|why| Problem::params(format!("`url` is no URL: {why}")))?;
    let named = hall.folder.serve.notify.iter();
    let mut named = named.filter_map(|host| host.get_ref().parse::<HostPattern>().ok());
    if let Some(host) = named.find(|host| host.allows(&parsed)) {
        return Ok(host);
    }
    let own = HostPattern::of(&parsed);
    let public = own.filter(|own| own.nearness() == Nearness::Public && parsed.scheme() == "https");
    public.ok_or_else(|| {
        Problem::params(
            "`url` must be https:// and public; others are named in `serve.notify` of baton.toml",
        )
    })
}

/// The request that brings the news.
fn request(config: &TaskPushNotificationConfig, news: Vec<u8>) -> Result<Request, WebError> {
    let mut headers = vec![("content-type".to_owned(), JSON.as_bytes().to_vec())];
    if let Some(token) = &config.token {
        let name = "x-a2a-notification-token".to_owned();
        headers.push((name, token.clone().into_bytes()));
    }
    if let Some(own) = &config.authentication {
        let credentials = own.credentials.as_deref().unwrap_or_default();
        let value = format!("{} {credentials}", own.scheme);
        headers.push(("authorization".to_owned(), value.trim().as_bytes().to_vec()));
    }
    Request::new("POST", &config.url, headers, news, None)
}

/// Tells followers what has changed, as long as the desk is open. What nobody
/// has told when the desk is closed is told by the next.
pub(in crate::server) async fn keep_told(hall: Arc<Hall>) {
    let under_way: Arc<Mutex<HashSet<(String, String)>>> = Arc::default();
    while !hall.closing.is_cancelled() {
        if let Err(error) = look(&hall, &under_way).await {
            tracing::warn!("nobody can be told of tasks: {error}");
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn look(
    hall: &Arc<Hall>,
    under_way: &Arc<Mutex<HashSet<(String, String)>>>,
) -> Result<(), crate::handoff::StoreError> {
    let lock = |set: &Mutex<HashSet<_>>, place: &(String, String)| {
        let mut set = set.lock().unwrap_or_else(PoisonError::into_inner);
        set.insert(place.clone())
    };
    for follower in hall.desk().store().waiting_followers().await? {
        let place = (follower.key.to_string(), follower.id.clone());
        let store = hall.desk().store();
        let kept = store.deliveries(&follower.user, follower.key.as_str());
        let kept = kept
            .await?
            .into_iter()
            .find(|kept| kept.key == follower.key);
        // It waits for its turn, or the turn goes on.
        let Some(kept) = kept.filter(|_| hall.tasks.get(&follower.key).is_none()) else {
            continue;
        };
        let Ok(standing) = standing(hall.desk(), &kept).await else {
            continue;
        };
        if word(&standing) == follower.told || !lock(under_way, &place) {
            continue;
        }
        let (hall, under_way) = (hall.clone(), under_way.clone());
        tokio::spawn(async move {
            tell(&hall, follower, &kept, &standing).await;
            let mut set = under_way.lock().unwrap_or_else(PoisonError::into_inner);
            set.remove(&place);
        });
    }
    Ok(())
}

fn word(standing: &Standing) -> String {
    serde_json::to_string(&standing.state).unwrap_or_default()
}

/// Tells one follower, a few times if need be, and notes it.
async fn tell(hall: &Hall, mut follower: Follower, kept: &KeptDelivery, standing: &Standing) {
    if let Some(config) = config(&follower) {
        let everything = View {
            history: None,
            artifacts: true,
        };
        let task = task::task(
            &TaskRef::of(kept),
            &kept.message.content,
            standing,
            everything,
        );
        let news = serde_json::to_vec(&StreamResponse::Task(task)).unwrap_or_default();
        if let Err(why) = deliver(hall, &config, &news).await {
            tracing::warn!("nobody is told of the task {}: {why}", config.task_id);
        }
    }
    follower.told = word(standing);
    follower.over = standing.state.is_terminal();
    let store = hall.desk().store();
    // It may have left meanwhile.
    let others = store.followers(&follower.key).await.unwrap_or_default();
    if others.iter().all(|other| other.id != follower.id) {
        return;
    }
    if let Err(error) = store.follow(follower).await {
        tracing::warn!("who was told of a task cannot be kept: {error}");
    }
}

async fn deliver(
    hall: &Hall,
    config: &TaskPushNotificationConfig,
    news: &[u8],
) -> Result<(), String> {
    // What the operator allows may have changed since.
    let host = host(hall, &config.url).map_err(|_| "its place may not be called".to_owned())?;
    let web = Web::new(
        std::iter::once(&host),
        Secrets::default(),
        WebLimits {
            // News is news to one place.
            redirects: 0,
            ..WebLimits::default()
        },
    );
    let mut pause = PAUSE;
    let mut last = String::new();
    for tried in 0..TRIES {
        if tried > 0 {
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        let request = request(config, news.to_vec()).map_err(|error| error.to_string())?;
        match web.send(request).await {
            Ok(response) if (200..300).contains(&response.status) => return Ok(()),
            Ok(response) => last = format!("it answered {}", response.status),
            Err(error) => last = error.to_string(),
        }
    }
    Err(last)
}
