// What stands behind the packages that a definition imports. Runs in the sandbox, before the
// definition: whatever the definition does to the globals later, these are the originals.
//
// `rust` is the way out: a few functions that take and give text.
const rust = globalThis.poolhouse;
delete globalThis.poolhouse;

const { assign, create, defineProperty, entries, getPrototypeOf } = Object;
const { isArray } = Array;
const { parse, stringify } = JSON;
const { get: reflectGet, has: reflectHas, ownKeys } = Reflect;
const StackOf = Error;
const here = () => new StackOf().stack;

// ---- Values of packages that are not run -------------------------------------------------------

const labels = new WeakMap();

// Anything can be read from it, called on it and made of it; its label says where it came from.
export function standIn(label) {
  const target = function () {};
  const children = new Map();
  const proxy = new Proxy(target, {
    get(_, key) {
      if (key === 'prototype') return target.prototype;
      if (key === Symbol.toPrimitive || key === 'toString') return () => token(label);
      if (typeof key === 'symbol' || key === 'then' || key === 'toJSON') return undefined;
      if (!children.has(key)) children.set(key, standIn(`${label}.${key}`));
      return children.get(key);
    },
    set(_, key, value) {
      children.set(key, value);
      return true;
    },
    apply: () => standIn(`${label}()`),
    construct: (_, args, made) => (made === proxy ? standIn(`${label}()`) : instanceOf(made, label)),
  });
  labels.set(proxy, label);
  return proxy;
}

// `class Site extends Stack` keeps its own methods; what it inherits is a stand-in.
function instanceOf(made, label) {
  const own = create(made.prototype);
  const inherited = standIn(`${label}()`);
  const proxy = new Proxy(own, {
    get: (_, key, self) => (reflectHas(own, key) ? reflectGet(own, key, self) : inherited[key]),
  });
  labels.set(proxy, label);
  return proxy;
}

const token = (label) => '${' + label + '}';

// ---- From values to text -----------------------------------------------------------------------

// A copy that JSON can carry: functions, secrets and stand-ins become marked objects. A function
// for which `call` has an answer is called now.
function plain(value, path, call, seen) {
  if (typeof value === 'bigint' || typeof value === 'symbol') return { $other: typeof value };
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return value;
  if (labels.has(value)) return { $standIn: labels.get(value) };
  if (markers.has(value)) return markers.get(value);
  if (typeof value === 'function') return call?.(path, value) ?? { $function: value.name };
  if (seen.length > 64 || seen.includes(value)) throw new TypeError(`${path.join('.')} contains itself`);
  const inside = [...seen, value];
  // As pairs: the order of attributes is the order of the schema, and JSON's reader has its own.
  if (path.length === 1 && path[0] === 'userAttributes' && !isArray(value))
    return entries(value).map(([key, each]) => [key, plain(each, [...path, key], call, inside)]);
  const copy = (key, each) => plain(each, [...path, `${key}`], call, inside);
  if (isArray(value)) return value.map((each, index) => copy(index, each));
  if (typeof value.toMinutes === 'function') return { $minutes: value.toMinutes() };
  const result = {};
  for (const [key, each] of entries(value)) define(result, key, copy(key, each));
  return result;
}

const define = (object, key, value) =>
  defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });

const markers = new WeakMap();
const marked = (object, marker) => (markers.set(object, marker), object);
const text = (value, call) => stringify(plain(value, [], call, []) ?? null);

// ---- @aws-amplify/backend ----------------------------------------------------------------------

// The functions of a definition that make a text, and what they are given to make it with.
const code = () => '{####}';
const username = () => '{username}';
let lastLink = '';
const link = (label) => (lastLink = label ? `{##${label}##}` : '{##Verify Email##}');

function messages(props) {
  const byLink = props.loginWith?.email?.verificationEmailStyle === 'LINK';
  return {
    'loginWith.email.verificationEmailBody': [byLink ? link : code],
    'loginWith.email.userInvitation.emailBody': [username, code],
    'loginWith.email.userInvitation.smsMessage': [username, code],
    'loginWith.phone.verificationMessage': [code],
    'multifactor.sms.smsMessage': [code],
  };
}

let auth;

function defineAuth(props) {
  const stack = here();
  rust.define(text(props), stack, auth !== undefined);
  auth = { props, stack };
  return marked({ getInstance: () => instantiate() }, { $resource: 'auth' });
}

let resources;

// Amplify's construct: what `backend.auth` is made of.
function instantiate() {
  if (resources) return resources;
  const made = messages(auth.props);
  const call = (path, render) => {
    const given = made[path.join('.')];
    return given && { $text: render(...given), $link: lastLink };
  };
  resources = parse(rust.instantiate(text(auth.props, call)));
  return resources;
}

export function finish() {
  if (!auth) return 'null';
  const made = instantiate();
  return stringify({ resources: made });
}

const secret = (name) => marked({}, { $secret: `${name}` });
const defineFunction = (props) => marked({ getInstance: () => standIn('function') }, { $resource: 'function', props: plain(props ?? {}, [], undefined, []) });

// ---- Packages ----------------------------------------------------------------------------------

const amplify = { defineAuth, defineFunction, secret };
const packages = {
  '@aws-amplify/backend': amplify,
  '@aws-amplify/backend-auth': amplify,
  '@aws-amplify/backend-function': amplify,
};
const others = new Map();

export function packageOf(name) {
  const known = packages[name];
  if (!others.has(name)) others.set(name, standIn(name));
  const other = others.get(name);
  return known ? new Proxy(known, { get: (_, key) => known[key] ?? other[key] }) : other;
}

// ---- Globals -----------------------------------------------------------------------------------

const shown = (value) => (typeof value === 'string' ? value : text(value));
const print = (...values) => rust.print(values.map(shown).join(' '));
globalThis.console = { debug: print, error: print, info: print, log: print, warn: print };
globalThis.process = { env: assign(create(null), parse(rust.env())) };
