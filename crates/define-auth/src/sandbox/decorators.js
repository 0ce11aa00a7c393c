// What decorators do: the compiler makes calls of this helper of them, in the way that TypeScript had
// before JavaScript had its own.

const { defineProperty, getOwnPropertyDescriptor } = Object;

// TypeScript's `experimentalDecorators`.
function experimental(decorators, target, key, descriptor) {
  if (key === undefined) return decorators.reduceRight((made, decorate) => decorate(made) ?? made, target);
  let made = descriptor === null ? getOwnPropertyDescriptor(target, key) : descriptor;
  for (const decorate of [...decorators].reverse()) made = decorate(target, key, made) ?? made;
  if (made) defineProperty(target, key, made);
  return made;
}

// JavaScript's, as far as they can be had when the class is made already: fields are told of, but what
// a decorator makes of their values is refused.
function standard(decorators, target, key, descriptor) {
  const late = [];
  const context = (kind, more) => ({
    kind,
    metadata: {},
    name: key,
    addInitializer: (initialize) => void late.push(initialize),
    ...more,
  });
  const apply = (value, told) =>
    [...decorators].reverse().reduce((made, decorate) => decorate(made, told) ?? made, value);
  if (key === undefined) {
    const made = apply(target, context('class', { name: target.name }));
    late.forEach((initialize) => initialize.call(made));
    return made;
  }
  const isStatic = typeof target === 'function';
  const told = { private: false, static: isStatic };
  const made = descriptor === null ? getOwnPropertyDescriptor(target, key) : descriptor;
  if (!made) {
    for (const decorate of [...decorators].reverse()) {
      if (decorate(undefined, context('field', told)) !== undefined) {
        throw new TypeError(`a decorator changes the field ${String(key)}: that is not done here`);
      }
    }
    return undefined;
  }
  for (const [slot, kind] of [['value', 'method'], ['get', 'getter'], ['set', 'setter']]) {
    if (made[slot]) made[slot] = apply(made[slot], context(kind, told));
  }
  defineProperty(target, key, made);
  if (isStatic) late.forEach((initialize) => initialize.call(target));
  return made;
}

export const decoratorsOf = (isExperimental) => (isExperimental ? experimental : standard);
