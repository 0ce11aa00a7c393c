// What stands behind the packages that a definition imports. Runs in the sandbox, before the
// definition: whatever the definition does to the globals later, these are the originals.

import { authResources, cfnResource, collect, defineBackend, notMade } from 'poolhouse:backend';
import { cdkPackages } from 'poolhouse:cdk';
import { decoratorsOf } from 'poolhouse:decorators';
import { URL, fileOf, nodePackages } from 'poolhouse:node';
import { fromText, here, marked, plain, standIn, toText, withStandIn } from 'poolhouse:values';

// The way out: a few functions that take and give text.
const rust = globalThis.poolhouse;
delete globalThis.poolhouse;

// ---- defineAuth ----------------------------------------------------------------------------------

// The functions of a definition that make a text, and what they are given to make it with.
const code = () => '{####}';
const username = () => '{username}';
let lastLink = '';
const link = (label) => (lastLink = label ? `{##${label}##}` : '{##Verify Email##}');

const messages = (props) => ({
  'loginWith.email.verificationEmailBody': [
    props.loginWith?.email?.verificationEmailStyle === 'LINK' ? link : code,
  ],
  'loginWith.email.userInvitation.emailBody': [username, code],
  'loginWith.email.userInvitation.smsMessage': [username, code],
  'loginWith.phone.verificationMessage': [code],
  'multifactor.sms.smsMessage': [code],
});

let auth;
let instance;

function defineAuth(props) {
  const stack = here();
  rust.define(toText(props), stack, auth !== undefined);
  auth = { props };
  return marked({ getInstance: instantiate }, { $resource: 'auth' });
}

function referenceAuth() {
  rust.reference(here(), auth !== undefined);
}

// Amplify's construct: what `backend.auth` is made of.
function instantiate() {
  if (instance) return instance.outside;
  const { props } = auth;
  const made = messages(props);
  const call = (path, render) => {
    const given = made[path.join('.')];
    if (!given) return undefined;
    let text;
    try {
      text = render(...given);
    } catch (error) {
      return { $threw: `${error?.message ?? error}`, name: `${error?.name ?? ''}`, stack: `${error?.stack ?? ''}` };
    }
    if (typeof text !== 'string') return { $returned: text === null ? 'null' : `a value of type ${typeof text}` };
    return { $text: text, link: lastLink };
  };
  const { cfn, clientOf, resources } = authResources(rust, props.name, fromText(rust.instantiate(toText(props, call))));
  const outside = withStandIn({ resources, stack: resources.userPool.stack }, 'auth');
  instance = { cfn, clientOf, outside };
  if (props.access) rust.access(toText(props.access(allow)));
  return outside;
}

const allow = {
  resource: (grantee) => ({ to: (actions) => ({ grantee: plain(grantee), actions: plain(actions) }) }),
};

// ---- The other define functions ------------------------------------------------------------------

const resource = (kind) => () =>
  marked(
    { getInstance: () => withStandIn({ resources: standIn(`${kind}.resources`) }, kind), provides: kind },
    { $resource: kind },
  );

const secret = (name) => marked({}, { $secret: `${name}` });

const amplify = {
  a: standIn('a'),
  defineAuth,
  defineBackend,
  defineData: resource('data'),
  defineFunction: resource('function'),
  defineStorage: resource('storage'),
  referenceAuth,
  secret,
};

// ---- Packages ------------------------------------------------------------------------------------

// The files named, the first that knows a name wins; one that is not there is no error but in `error`.
function dotenv({ override = false, path = '.env' } = {}) {
  const parsed = {};
  let error;
  for (const each of [path].flat()) {
    const entries = fromText(rust.dotenv(fileOf(each)));
    if (!entries) error = new Error(`ENOENT: no such file or directory, open '${each}'`);
    for (const [name, value] of entries ?? []) {
      if (override || !(name in parsed)) parsed[name] = value;
    }
  }
  for (const [name, value] of Object.entries(parsed)) {
    if (override || !(name in process.env)) process.env[name] = value;
  }
  return error ? { parsed, error } : { parsed };
}

const cdk = cdkPackages({
  clientOf: (id, props) => instance.clientOf(id, props),
  cfnOf: (type, id, props) => cfnResource(`${id}`.replace(/[^A-Za-z0-9]/g, ''), type, props),
  notMade: (name) => notMade(rust, name),
});

const packages = {
  ...cdk,
  ...nodePackages(rust),
  '@aws-amplify/backend': amplify,
  '@aws-amplify/backend-auth': amplify,
  '@aws-amplify/backend-data': amplify,
  '@aws-amplify/backend-function': amplify,
  '@aws-amplify/backend-storage': amplify,
  '@oxc-project/runtime/helpers/decorate': decoratorsOf(rust.experimentalDecorators),
  dotenv: { config: dotenv },
};

const cache = new Map();

export function packageOf(name) {
  if (name === 'dotenv/config') dotenv();
  if (name === 'process' || name === 'node:process') return process;
  const known = packages[name.replace(/^node:/, '')];
  if (!cache.has(name)) cache.set(name, known ? withStandIn(known, name) : standIn(name));
  return cache.get(name);
}

// What the definition has come to, when all its modules have run.
export function finish() {
  if (auth && !collect().isDefined) instantiate();
  return toText({ ...collect(), hasAuth: instance !== undefined });
}

// ---- Globals -------------------------------------------------------------------------------------

const shown = (value) => (typeof value === 'string' ? value : toText(value));
const print = (...values) => rust.print(values.map(shown).join(' '));
globalThis.console = { debug: print, error: print, info: print, log: print, trace: print, warn: print };
const process = {
  argv: ['node', 'backend.ts'],
  cwd: () => '/project',
  emit: () => false,
  env: Object.assign(Object.create(null), fromText(rust.env())),
  on: () => process,
  once: () => process,
  platform: 'linux',
  stderr: { write: print },
  stdout: { write: print },
  versions: {},
};
globalThis.process = process;
globalThis.setTimeout = (task, _, ...given) => void queueMicrotask(() => task(...given));
globalThis.structuredClone = (value) => fromText(toText(value));
globalThis.URL ??= URL;
globalThis.global = globalThis;
