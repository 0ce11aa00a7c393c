//! Runs a definition, with walls around it.
//!
//! The engine has no way to a clock, a socket or a process. It may take [`MEMORY`] bytes, so deep a
//! stack, and so much time; it sees the project's files and the environment that it is given. It is
//! dropped as soon as the definition has been read.

mod dotenv;
mod modules;

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
use crate::position::{self, Sources};
use crate::project::Files;

/// The engine's memory, in bytes.
const MEMORY: usize = 64 * 1024 * 1024;
/// The engine's stack, in bytes; its thread has twice as much for the engine's own C.
const STACK: usize = 1024 * 1024;
/// How long a definition may run.
const TIME: Duration = Duration::from_secs(2);
/// How long it may take to notice that its time is over. What does not notice (a search in a very
/// long text, say) is left behind on its thread.
const GRACE: Duration = Duration::from_millis(250);

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
    let over = Arc::new(AtomicBool::new(false));
    let stop = Arc::clone(&over);
    let (done, result) = mpsc::channel();
    let body = move || {
        // Nobody listens any more if the time is over.
        let _ = done.send(run_here(files, &env, &entry, host, &stop));
    };
    let spawned = thread::Builder::new()
        .name("definition".to_owned())
        .stack_size(4 * STACK)
        .spawn(body);
    if let Err(error) = spawned {
        return Err(vec![Diagnostic::error(format!(
            "the definition cannot be run: {error}"
        ))]);
    }
    match result.recv_timeout(TIME) {
        Ok(finished) => return finished,
        Err(RecvTimeoutError::Timeout) => over.store(true, Ordering::Relaxed),
        Err(RecvTimeoutError::Disconnected) => {}
    }
    result
        .recv_timeout(GRACE)
        .unwrap_or_else(|_| Err(vec![too_slow(None)]))
}

struct State<H> {
    files: Arc<dyn Files>,
    host: H,
    sources: Sources,
    /// The names that a module takes from another, by the module and the specifier.
    names: BTreeMap<(String, String), Vec<String>>,
    call: Option<Position>,
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
) -> Result<Finished<H>, Vec<Diagnostic>> {
    let state = Rc::new(RefCell::new(State {
        files,
        host,
        sources: Sources::new(),
        names: BTreeMap::new(),
        call: None,
        errors: Vec::new(),
        printed: Vec::new(),
    }));
    let backend = {
        let runtime = engine(&state, Arc::clone(over)).map_err(|error| broken(&error))?;
        let context = Context::full(&runtime).map_err(|error| broken(&error))?;
        context.with(|ctx| modules_run(&ctx, &state, env, entry, over))
    };
    let state = Rc::into_inner(state).map(RefCell::into_inner);
    let Some(state) = state else {
        return Err(vec![Diagnostic::error("the definition is still in use")]);
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
        Err(error) => Err(vec![error]),
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
) -> Result<String, Diagnostic> {
    let fail = |error: CaughtError<'_>| exception(&state.borrow(), &error, over);
    host_functions(ctx, state, env).catch(ctx).map_err(fail)?;
    let host: Object = settle(ctx, Module::import(ctx, modules::HOST), over).map_err(fail)?;
    let _: Object = settle(ctx, Module::import(ctx, entry), over).map_err(fail)?;
    let finish: Function = host.get("finish").catch(ctx).map_err(fail)?;
    finish.call(()).catch(ctx).map_err(fail)
}

/// Runs jobs until the promise has its value.
fn settle<'js, T: rquickjs::FromJs<'js>>(
    ctx: &Ctx<'js>,
    promise: rquickjs::Result<rquickjs::Promise<'js>>,
    over: &AtomicBool,
) -> Result<T, CaughtError<'js>> {
    let promise = promise.catch(ctx)?;
    while promise.state() == PromiseState::Pending
        && !over.load(Ordering::Relaxed)
        && ctx.execute_pending_job()
    {}
    let never = || rquickjs::Exception::throw_message(ctx, "a top-level `await` never ends");
    promise.result().unwrap_or_else(|| Err(never())).catch(ctx)
}

fn host_functions<H: Host + 'static>(
    ctx: &Ctx<'_>,
    state: &Shared<H>,
    env: &BTreeMap<String, String>,
) -> rquickjs::Result<()> {
    let rust = Object::new(ctx.clone())?;
    let env = serde_json::to_string(env).unwrap_or_default();
    rust.set("env", Function::new(ctx.clone(), move || env.clone())?)?;
    let shared = Rc::clone(state);
    let print = move |text: String| shared.borrow_mut().print(text);
    rust.set("print", Function::new(ctx.clone(), print)?)?;
    let shared = Rc::clone(state);
    let dotenv = move || shared.borrow_mut().dotenv();
    rust.set("dotenv", Function::new(ctx.clone(), dotenv)?)?;
    let shared = Rc::clone(state);
    let file = move |ctx: Ctx<'_>, path: String| {
        let read = shared.borrow_mut().file_text(&path);
        read.map_err(|text| rquickjs::Exception::throw_message(&ctx, &text))
    };
    rust.set("file", Function::new(ctx.clone(), file)?)?;
    let shared = Rc::clone(state);
    let trigger = move |name: String| shared.borrow_mut().host.trigger(name);
    rust.set("trigger", Function::new(ctx.clone(), trigger)?)?;
    let shared = Rc::clone(state);
    let define = move |props: String, stack: String, again: bool| {
        let state = &mut *shared.borrow_mut();
        state.call = position::frame(&state.sources, &stack);
        state.ask(&props, |host, call| host.define(call, again))
    };
    rust.set("define", Function::new(ctx.clone(), define)?)?;
    let shared = Rc::clone(state);
    let reference = move |stack: String, again: bool| {
        let state = &mut *shared.borrow_mut();
        state.call = position::frame(&state.sources, &stack);
        state.ask("", |host, call| host.reference(call, again))
    };
    rust.set("reference", Function::new(ctx.clone(), reference)?)?;
    let shared = Rc::clone(state);
    let instantiate = move |props: String| shared.borrow_mut().ask(&props, H::instantiate);
    rust.set("instantiate", Function::new(ctx.clone(), instantiate)?)?;
    let shared = Rc::clone(state);
    let access = move |rules: String| shared.borrow_mut().ask(&rules, H::access);
    rust.set("access", Function::new(ctx.clone(), access)?)?;
    let shared = Rc::clone(state);
    let client = move |props: String, stack: String| {
        let state = &mut *shared.borrow_mut();
        let defined = state.call.clone();
        state.call = position::frame(&state.sources, &stack);
        let made = state.ask(&props, H::client);
        state.call = defined;
        made
    };
    rust.set("client", Function::new(ctx.clone(), client)?)?;
    ctx.globals().set("poolhouse", rust)
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
            position: self.call.clone(),
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

    /// The names and values of the project's `.env`, as JSON.
    fn dotenv(&mut self) -> String {
        let text = self.files.read(DOTENV).unwrap_or_default();
        let entries = dotenv::parse(&text);
        self.sources.insert(DOTENV.to_owned(), text);
        serde_json::to_string(&entries).unwrap_or_default()
    }
}

/// The file that `dotenv` reads.
const DOTENV: &str = ".env";
/// How much of what a definition prints is kept, in bytes.
const PRINTED_MAX: usize = 64 * 1024;

fn exception<H>(state: &State<H>, error: &CaughtError<'_>, over: &AtomicBool) -> Diagnostic {
    let (name, message, stack) = match error {
        CaughtError::Exception(thrown) => {
            let name: Option<String> = thrown.as_object().get("name").ok();
            let message = thrown.message().unwrap_or_default();
            (name, message, thrown.stack().unwrap_or_default())
        }
        // The engine throws `null` when there is no memory left for an error.
        CaughtError::Value(value) if value.is_null() => {
            let text = format!(
                "`null` was thrown, or the {} MiB of memory are used up",
                MEMORY >> 20
            );
            (None, text, String::new())
        }
        CaughtError::Value(value) => {
            let text = value.as_string().and_then(|text| text.to_string().ok());
            let text = text.unwrap_or_else(|| format!("a value of type {}", value.type_name()));
            (None, format!("uncaught: {text}"), String::new())
        }
        CaughtError::Error(error) => (None, error.to_string(), String::new()),
    };
    let position = position::frame(&state.sources, &stack);
    let position = position.or_else(|| state.missing_export(&message));
    if over.load(Ordering::Relaxed) {
        return too_slow(position);
    }
    if message == "out of memory" {
        let text = format!(
            "the definition needs more than {} MiB of memory",
            MEMORY >> 20
        );
        return Diagnostic::error(text).at(position);
    }
    let error = Diagnostic::error(message).at(position);
    match name {
        Some(name) => error.named(&name),
        None => error,
    }
}

fn too_slow(position: Option<Position>) -> Diagnostic {
    let text = format!("the definition ran for more than {} s", TIME.as_secs());
    Diagnostic::error(text)
        .at(position)
        .help("look for a loop that does not end")
}

fn broken(error: &rquickjs::Error) -> Vec<Diagnostic> {
    vec![Diagnostic::error(format!(
        "the definition cannot be run: {error}"
    ))]
}
