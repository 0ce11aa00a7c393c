// Values that a definition handles but that are not its own: those of packages that are not run, and
// the way from any value to text.

const { create, defineProperty, entries } = Object;
const { isArray } = Array;
const { parse, stringify } = JSON;
const { get: reflectGet, has: reflectHas } = Reflect;
const StackOf = Error;

// Where the definition is at this moment.
export const here = () => new StackOf().stack;

const labels = new WeakMap();
const markers = new WeakMap();

// Anything can be read from it, called on it and made of it; its label says where it came from.
export function standIn(label) {
  const target = function () {};
  const children = new Map();
  const proxy = new Proxy(target, {
    get(_, key) {
      if (key === 'prototype') return target.prototype;
      if (key === Symbol.toPrimitive || key === 'toString') return () => `\${Token[?${label}]}`;
      if (typeof key === 'symbol' || key === 'then' || key === 'toJSON') return undefined;
      if (!children.has(key)) children.set(key, standIn(`${label}.${key}`));
      return children.get(key);
    },
    set(_, key, value) {
      children.set(key, value);
      return true;
    },
    apply: () => standIn(`${label}()`),
    construct: (_, args, made) => (made === proxy ? standIn(`${label}()`) : inheriting(made, label)),
  });
  labels.set(proxy, label);
  return proxy;
}

// `class Site extends Stack` keeps its own methods; what it inherits is a stand-in.
const inheriting = (made, label) => withStandIn(create(made.prototype), `${label}()`);

// `known`, with a stand-in for whatever it has not.
export function withStandIn(known, label) {
  const other = standIn(label);
  const proxy = new Proxy(known, {
    get: (_, key, self) => (reflectHas(known, key) ? reflectGet(known, key, self) : other[key]),
  });
  labels.set(proxy, label);
  return proxy;
}

// `object`, which becomes `marker` as text.
export function marked(object, marker) {
  markers.set(object, marker);
  return object;
}

// A copy that JSON can carry: functions, secrets and stand-ins become marked objects. A function for
// which `call` has an answer is called now.
export function plain(value, call, path = [], seen = []) {
  if (typeof value === 'bigint' || typeof value === 'symbol') return { $other: typeof value };
  if (typeof value === 'number' && !Number.isFinite(value)) return { $other: `${value}` };
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return value;
  if (markers.has(value)) return markers.get(value);
  if (labels.has(value)) return { $standIn: labels.get(value) };
  if (typeof value === 'function') return call?.(path, value) ?? { $function: value.name };
  if (seen.includes(value)) throw new TypeError(`${path.join('.')} contains itself`);
  if (seen.length > 64) throw new RangeError(`${path.slice(0, 4).join('.')}.. is nested more than 64 levels deep`);
  const inside = [...seen, value];
  const copy = (key, each) => plain(each, call, [...path, `${key}`], inside);
  if (isArray(value)) return [...value].map((each, index) => copy(index, each) ?? null);
  // As pairs: the order of attributes is the order of the schema, and JSON's reader has its own.
  if (path.length === 1 && path[0] === 'userAttributes')
    return entries(value).map(([key, each]) => [key, copy(key, each)]);
  const result = {};
  for (const [key, each] of entries(value)) {
    const copied = { value: copy(key, each), enumerable: true, configurable: true, writable: true };
    defineProperty(result, key, copied);
  }
  return result;
}

export const toText = (value, call) => stringify(plain(value, call) ?? null);
export const fromText = (text) => parse(text);
