// The parts of Node that definitions use to find and read files of the project: `path`, `url` and
// `fs`. A file outside of the project is not there.

const ROOT = '/project';

const normalize = (path) => {
  const segments = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment && segment !== '.') segments.push(segment);
  }
  return (path.startsWith('/') ? '/' : '') + segments.join('/');
};

const resolve = (...parts) => {
  let path = '';
  for (const part of parts.reverse()) {
    path = path ? `${part}/${path}` : `${part}`;
    if (path.startsWith('/')) return normalize(path);
  }
  return normalize(`${ROOT}/${path}`);
};

const basename = (path, ending = '') => {
  const name = path.replace(/\/+$/, '').split('/').pop();
  return ending && name.endsWith(ending) ? name.slice(0, -ending.length) : name;
};

const dirname = (path) => path.replace(/\/+$/, '').replace(/\/?[^/]*$/, '') || (path.startsWith('/') ? '/' : '.');

const path = {
  basename,
  dirname,
  extname: (given) => /[^/]\.[^./]*$/.exec(given)?.[0].slice(1) ?? '',
  isAbsolute: (given) => given.startsWith('/'),
  join: (...parts) => normalize(parts.filter(Boolean).join('/')) || '.',
  normalize,
  relative: (from, to) => {
    const [left, right] = [resolve(from), resolve(to)].map((each) => each.split('/'));
    while (left.length && left[0] === right[0]) [left, right].forEach((each) => each.shift());
    return [...left.map(() => '..'), ...right].join('/');
  },
  resolve,
  sep: '/',
};
path.posix = path;

// As much of a URL as a definition asks for.
export class URL {
  constructor(given, base) {
    const whole = /^[a-z][a-z0-9+.-]*:/i.test(given) || base === undefined;
    const text = whole ? `${given}` : join(new URL(`${base}`), `${given}`);
    const parts = /^([a-z][a-z0-9+.-]*:)(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/i.exec(text);
    if (!parts) throw new TypeError('Invalid URL');
    const [, protocol, host = '', pathname, search = '', hash = ''] = parts;
    const isKnown = /^(https?|file|wss?):$/i.test(protocol);
    Object.assign(this, { protocol: protocol.toLowerCase(), host: host.toLowerCase(), search, hash });
    this.pathname = isKnown ? normalize(pathname || '/') + (/[^/]\/$/.test(pathname) ? '/' : '') : pathname;
    [this.hostname, this.port = ''] = this.host.split(':');
    this.origin = `${this.protocol}//${this.host}`;
    this.href = `${isKnown ? this.origin : this.protocol}${this.pathname}${search}${hash}`;
  }
  toString() {
    return this.href;
  }
  toJSON() {
    return this.href;
  }
}

const join = (base, relative) =>
  relative.startsWith('/') ? base.origin + relative : `${base.origin}${dirname(`${base.pathname}x`)}/${relative}`;

export const fileOf = (given) => {
  const text = `${given}`;
  return resolve(text.startsWith('file:') ? decodeURIComponent(new URL(text).pathname) : text);
};

export function nodePackages(rust) {
  const readFileSync = (given) => {
    const text = rust.file(fileOf(given));
    return Object.assign(Object(text), { toString: () => text });
  };
  const textOf = (given, options) => (options ? readFileSync(given).toString() : readFileSync(given));
  const existsSync = (given) => {
    try {
      return rust.file(fileOf(given)) !== undefined;
    } catch {
      return false;
    }
  };
  const promises = { readFile: async (given, options) => textOf(given, options) };
  return {
    fs: { existsSync, promises, readFileSync: textOf },
    'fs/promises': promises,
    path,
    'path/posix': path,
    url: { URL, fileURLToPath: fileOf, pathToFileURL: (given) => new URL(`file://${resolve(given)}`) },
  };
}
