//! Runs a definition, with walls around it.
//!
//! The engine has no way to a clock, a socket or a process. It may take [`MEMORY`] bytes, so deep a
//! stack, and so much time; it sees the project's files and the environment that it is given. It is
//! dropped as soon as the definition has been read.

mod dotenv;
mod failure;
mod functions;
mod left_behind;
mod modules;
mod progress;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rquickjs::promise::PromiseState;
use rquickjs::{CatchResultExt, CaughtError, Context, Ctx, Function, Module, Object, Runtime};

use crate::diagnostic::{Diagnostic, Position};
use crate::position::Sources;
use crate::project::Files;
use crate::tsconfig::TsConfig;
use failure::{Ending, Failure, too_many, too_slow};
use left_behind::Fate;
use progress::Progress;

/// The engine's memory, in bytes.
const MEMORY: usize = 64 * 1024 * 1024;
/// The engine's stack, in bytes; its thread has twice as much for the engine's own C.
const STACK: usize = 1024 * 1024;
/// How long a definition may run.
const TIME: Duration = Duration::from_secs(2);
/// How long it may take to notice that its time is over. What does not notice is [`left_behind`].
const GRACE: Duration = Duration::from_millis(500);

/// What the definition runs against: handed to the sandbox's thread, and back when it is over.
pub(crate) trait Host: Send {
    /// `defineAuth(props)` was called; `again` if a definition had been made before.
    fn define(&mut self, call: &Call<'_>, again: bool) -> Result<(), Vec<Diagnostic>>;
    /// `referenceAuth` was called; `again` if a definition had been made before.
    fn reference(&mut self, call: &Call<'_>, again: bool) -> Result<(), Vec<Diagnostic>>;
    /// The resources of the definition, as JSON, from its props with their functions called.
    fn instantiate(&mut self, call: &Call<'_>) -> Result<String, Vec<Diagnostic>>;
    /// The properties of a client, as JSON, from what `addClient` was given.
    fn client(&mut self, call: &Call<'_>) -> Result<String, Vec<Diagnostic>>;
    /// A trigger was added to the pool.
    fn trigger(&mut self, name: String);
    /// A resource was asked for that is not made here.
    fn not_made(&mut self, what: &str, position: Option<Position>);
    /// What `access` returned.
    fn access(&mut self, call: &Call<'_>) -> Result<(), Vec<Diagnostic>>;
}

/// A call of a definition into the host.
pub(crate) struct Call<'s> {
    /// What it was given, as the host's script writes it.
    pub(crate) props: &'s str,
    /// Where it stands.
    pub(crate) position: Option<Position>,
    /// Every module loaded so far.
    pub(crate) sources: &'s Sources,
}

/// What a definition left behind.
#[derive(Debug)]
pub(crate) struct Finished<H> {
    /// The host that it ran against.
    pub(crate) host: H,
    /// What the host's script says of the backend, as JSON.
    pub(crate) backend: String,
    /// Every file that was read.
    pub(crate) sources: Sources,
    /// What it printed.
    pub(crate) printed: Vec<String>,
}

/// Runs the project's module `entry` and all that it imports.
pub(crate) fn run<H: Host + 'static>(
    files: Arc<dyn Files>,
    env: BTreeMap<String, String>,
    entry: String,
    host: H,
) -> Result<Finished<H>, Vec<Diagnostic>> {
    if left_behind::count() >= left_behind::MAX {
        return Err(vec![too_many()]);
    }
    let (over, progress, fate) = (Arc::default(), Progress::new(&entry), Fate::default());
    let (done, result) = mpsc::channel();
    let texts = Arc::clone(&files);
    let body = {
        let (over, progress, fate) = (Arc::clone(&over), progress.clone(), fate.clone());
        move || {
            // Nobody listens any more if it was left behind.
            let _ = done.send(run_here(files, &env, &entry, host, &over, progress));
            fate.done();
        }
    };
    let thread = thread::Builder::new().name("definition".to_owned());
    if let Err(error) = thread.stack_size(4 * STACK).spawn(body) {
        return Err(broken(&error));
    }
    let mut heard = result.recv_timeout(TIME);
    if matches!(heard, Err(RecvTimeoutError::Timeout)) {
        over.store(true, Ordering::Relaxed);
        heard = result.recv_timeout(GRACE);
    }
    heard.unwrap_or_else(|error| match error {
        RecvTimeoutError::Timeout => {
            // A long file that is still being parsed comes to an end by itself.
            if progress.has_begun() {
                fate.leave();
            }
            let place = progress.place(|file| texts.read(file).ok());
            Err(vec![too_slow(place)])
        }
        RecvTimeoutError::Disconnected => Err(broken(&error)),
    })
}

struct State<H> {
    files: Arc<dyn Files>,
    config: TsConfig,
    host: H,
    sources: Sources,
    /// The names that a module takes from another, by the module and the specifier.
    names: BTreeMap<(String, String), Vec<String>>,
    progress: Progress,
    errors: Vec<Diagnostic>,
    printed: Vec<String>,
}

type Shared<H> = Rc<RefCell<State<H>>>;

fn run_here<H: Host + 'static>(
    files: Arc<dyn Files>,
    env: &BTreeMap<String, String>,
    entry: &str,
    host: H,
    over: &Arc<AtomicBool>,
    progress: Progress,
) -> Result<Finished<H>, Vec<Diagnostic>> {
    let state = Rc::new(RefCell::new(State {
        config: TsConfig::read(&*files),
        files,
        host,
        sources: Sources::new(),
        names: BTreeMap::new(),
        progress,
        errors: Vec::new(),
        printed: Vec::new(),
    }));
    let (backend, is_full) = {
        let runtime = engine(&state, Arc::clone(over)).map_err(|error| broken(&error))?;
        let context = Context::full(&runtime).map_err(|error| broken(&error))?;
        let backend = context.with(|ctx| modules_run(&ctx, &state, env, entry, over));
        let used = runtime.memory_usage().malloc_size;
        (
            backend,
            usize::try_from(used).is_ok_and(|used| used > MEMORY / 2),
        )
    };
    let state = Rc::into_inner(state).map(RefCell::into_inner);
    let Some(state) = state else {
        return Err(vec![Diagnostic::error("the definition is still in use")]);
    };
    let ending = Ending {
        is_over: over.load(Ordering::Relaxed),
        is_full,
    };
    match backend {
        Ok(backend) if state.errors.is_empty() => Ok(Finished {
            host: state.host,
            backend,
            sources: state.sources,
            printed: state.printed,
        }),
        Ok(_) => Err(state.errors),
        // What was refused says more than the exception that it left through.
        Err(_) if !state.errors.is_empty() => Err(state.errors),
        Err(failure) => Err(vec![failure.diagnostic(&state, ending)]),
    }
}

fn engine<H: Host + 'static>(
    state: &Shared<H>,
    over: Arc<AtomicBool>,
) -> Result<Runtime, rquickjs::Error> {
    let runtime = Runtime::new()?;
    runtime.set_memory_limit(MEMORY);
    runtime.set_max_stack_size(STACK);
    runtime.set_interrupt_handler(Some(Box::new(move || over.load(Ordering::Relaxed))));
    let resolver = modules::Resolver(Rc::clone(state));
    runtime.set_loader(resolver, modules::Loader(Rc::clone(state)));
    Ok(runtime)
}

fn modules_run<H: Host + 'static>(
    ctx: &Ctx<'_>,
    state: &Shared<H>,
    env: &BTreeMap<String, String>,
    entry: &str,
    over: &AtomicBool,
) -> Result<String, Failure> {
    let fail = |error: CaughtError<'_>| Failure::of(&state.borrow(), &error);
    functions::provide(ctx, state, env)
        .catch(ctx)
        .map_err(fail)?;
    let host = settle(ctx, Module::import(ctx, modules::HOST), over);
    let host: Object = host.map_err(|error| error.map_or(Failure::Pending, fail))?;
    // Not by `import()`: that is a job, and what a job throws is lost when the time is over.
    let start = format!("import {};", serde_json::Value::from(entry));
    let done = settle(ctx, Module::evaluate(ctx.clone(), START, start), over);
    let () = done.map_err(|error| error.map_or(Failure::Pending, fail))?;
    let finish: Function = host.get("finish").catch(ctx).map_err(fail)?;
    finish.call(()).catch(ctx).map_err(fail)
}

/// The module that imports the definition.
const START: &str = "poolhouse:start";
/// How many jobs may still be run when the time is over, to hear where it was.
const LAST_JOBS: usize = 64;

/// Runs jobs until the promise has its value; no error at all if it never has one.
fn settle<'js, T: rquickjs::FromJs<'js>>(
    ctx: &Ctx<'js>,
    promise: rquickjs::Result<rquickjs::Promise<'js>>,
    over: &AtomicBool,
) -> Result<T, Option<CaughtError<'js>>> {
    let promise = promise.catch(ctx)?;
    let mut left = LAST_JOBS;
    while promise.state() == PromiseState::Pending && left > 0 && ctx.execute_pending_job() {
        left -= usize::from(over.load(Ordering::Relaxed));
    }
    let settled = promise.result().ok_or(None)?;
    settled.catch(ctx).map_err(Some)
}

impl<H: Host> State<H> {
    /// Asks the host; what it refuses is kept, and makes the engine unwind.
    fn ask<T>(
        &mut self,
        props: &str,
        ask: impl FnOnce(&mut H, &Call<'_>) -> Result<T, Vec<Diagnostic>>,
    ) -> rquickjs::Result<T> {
        let call = Call {
            props,
            position: self.progress.call(),
            sources: &self.sources,
        };
        ask(&mut self.host, &call).map_err(|found| {
            self.errors.extend(found);
            rquickjs::Error::new_loading_message("the definition", "it was refused")
        })
    }

    fn print(&mut self, text: String) {
        let printed: usize = self.printed.iter().map(String::len).sum();
        if printed < PRINTED_MAX {
            self.printed.push(text);
        }
    }

    /// The names and values of the file at `path`, as JSON; `null` if it is not there.
    fn dotenv(&mut self, path: &str) -> String {
        let entries = self.file_text(path).ok().map(|text| dotenv::parse(&text));
        serde_json::to_string(&entries).unwrap_or_default()
    }
}

/// How much of what a definition prints is kept, in bytes.
const PRINTED_MAX: usize = 64 * 1024;

fn broken(error: &impl std::fmt::Display) -> Vec<Diagnostic> {
    vec![Diagnostic::error(format!(
        "the definition cannot be run: {error}"
    ))]
}
