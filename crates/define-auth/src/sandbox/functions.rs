//! What the host's script can call: a few functions that take and give text.

use std::cell::RefMut;
use std::collections::BTreeMap;
use std::rc::Rc;

use rquickjs::function::IntoJsFunc;
use rquickjs::{Ctx, Exception, Function, Object};

use super::{Host, Shared, State};
use crate::position;

/// Makes the global object `poolhouse`, which the script takes away before the definition runs.
pub(super) fn provide<H: Host + 'static>(
    ctx: &Ctx<'_>,
    state: &Shared<H>,
    env: &BTreeMap<String, String>,
) -> rquickjs::Result<()> {
    let rust = Object::new(ctx.clone())?;
    facts(ctx, &rust, state, env)?;
    calls(ctx, &rust, state)?;
    ctx.globals().set("poolhouse", rust)
}

fn set<'js, P>(
    ctx: &Ctx<'js>,
    object: &Object<'js>,
    name: &str,
    function: impl IntoJsFunc<'js, P> + 'js,
) -> rquickjs::Result<()> {
    object.set(name, Function::new(ctx.clone(), function)?)
}

/// What it asks of the world outside, and tells it.
fn facts<'js, H: Host + 'static>(
    ctx: &Ctx<'js>,
    rust: &Object<'js>,
    state: &Shared<H>,
    env: &BTreeMap<String, String>,
) -> rquickjs::Result<()> {
    let env = serde_json::to_string(env).unwrap_or_default();
    set(ctx, rust, "env", move || env.clone())?;
    let shared = Rc::clone(state);
    set(ctx, rust, "print", move |text: String| {
        shared.borrow_mut().print(text);
    })?;
    let shared = Rc::clone(state);
    set(ctx, rust, "dotenv", move |path: String| {
        shared.borrow_mut().dotenv(&path)
    })?;
    let decorators = state.borrow().config.experimental_decorators;
    rust.set("experimentalDecorators", decorators)?;
    let shared = Rc::clone(state);
    set(ctx, rust, "file", move |ctx: Ctx<'_>, path: String| {
        let read = shared.borrow_mut().file_text(&path);
        read.map_err(|text| Exception::throw_message(&ctx, &text))
    })?;
    let shared = Rc::clone(state);
    set(ctx, rust, "trigger", move |name: String| {
        shared.borrow_mut().host.trigger(name);
    })?;
    let shared = Rc::clone(state);
    set(ctx, rust, "notMade", move |what: String, stack: String| {
        let state = &mut *shared.borrow_mut();
        let place = position::frame(&state.sources, &stack);
        state.host.not_made(&what, place);
    })
}

/// What the definition calls: these may refuse.
fn calls<'js, H: Host + 'static>(
    ctx: &Ctx<'js>,
    rust: &Object<'js>,
    state: &Shared<H>,
) -> rquickjs::Result<()> {
    let shared = Rc::clone(state);
    set(
        ctx,
        rust,
        "define",
        move |props: String, stack: String, again: bool| {
            let mut state = called(shared.borrow_mut(), &stack);
            state.ask(&props, |host, call| host.define(call, again))
        },
    )?;
    let shared = Rc::clone(state);
    set(ctx, rust, "reference", move |stack: String, again: bool| {
        let mut state = called(shared.borrow_mut(), &stack);
        state.ask("", |host, call| host.reference(call, again))
    })?;
    let shared = Rc::clone(state);
    set(ctx, rust, "instantiate", move |props: String| {
        shared.borrow_mut().ask(&props, H::instantiate)
    })?;
    let shared = Rc::clone(state);
    set(ctx, rust, "access", move |rules: String| {
        shared.borrow_mut().ask(&rules, H::access)
    })?;
    let shared = Rc::clone(state);
    set(ctx, rust, "client", move |props: String, stack: String| {
        let defined = shared.borrow().progress.call();
        let mut state = called(shared.borrow_mut(), &stack);
        let made = state.ask(&props, H::client);
        state.progress.set_call(defined);
        made
    })
}

/// Notes that the definition is where `stack` says.
fn called<'s, H>(state: RefMut<'s, State<H>>, stack: &str) -> RefMut<'s, State<H>> {
    let place = position::frame(&state.sources, stack);
    state.progress.set_call(place);
    state
}
