// `defineBackend` and the objects that it hands out.

import { fromText, here, marked, plain, standIn, toText, withStandIn } from 'poolhouse:values';

const { assign, entries, fromEntries, hasOwn } = Object;

// ---- L1: the resources' own properties, to be read, assigned and overridden ----------------------

const written = [];
const recordOf = new WeakMap();

class CfnResource {
  addOverride(path, value) {
    recordOf.get(this).overrides.push({ path: `${path}`, value: plain(value), stack: here() });
  }
  addPropertyOverride(path, value) {
    recordOf.get(this).overrides.push({ path: `Properties.${path}`, value: plain(value), stack: here() });
  }
  addDeletionOverride(path) {
    this.addOverride(path, undefined);
  }
  addPropertyDeletionOverride(path) {
    this.addPropertyOverride(path, undefined);
  }
  applyRemovalPolicy(policy) {
    recordOf.get(this).removal = `${policy ?? 'retain'}`;
  }
  getAtt(name) {
    return token(this, name);
  }
  overrideLogicalId() {}
  addDependency() {}
  addDependsOn() {}
  addResourceDependency() {}
  removeDependency() {}
  addMetadata() {}
}

const token = (resource, attribute) => {
  const { id } = recordOf.get(resource);
  return `\${Token[${attribute ? `${id}.${attribute}` : id}]}`;
};

// What a resource has besides its properties.
const extras = {
  ref: (self) => token(self),
  logicalId: (self) => recordOf.get(self).id,
  cfnResourceType: (self) => recordOf.get(self).type,
  cfnOptions: (self) => standIn(recordOf.get(self).id),
  stack: () => stack,
  tags: (self) => standIn(recordOf.get(self).id),
  node: (self) => withStandIn({ defaultChild: self, id: recordOf.get(self).id }, 'node'),
};

export function cfnResource(id, type, properties) {
  const record = {
    id,
    type,
    made: here(),
    overrides: [],
    places: {},
    properties: assign(new CfnResource(), properties),
    reads: {},
  };
  const resource = new Proxy(record.properties, {
    get(target, key, self) {
      // What is read may be changed inside.
      if (hasOwn(target, key)) record.reads[key] = here();
      if (key in target || typeof key === 'symbol') return Reflect.get(target, key, self);
      if (key in extras) return extras[key](self);
      return /^attr[A-Z]/.test(key) ? token(self, key.slice(4)) : undefined;
    },
    set(target, key, value) {
      record.places[key] = here();
      target[key] = value;
      return true;
    },
  });
  recordOf.set(resource, record);
  recordOf.set(record.properties, record);
  written.push(record);
  return marked(resource, { $token: id });
}

// ---- L2: what `backend.auth.resources` has -------------------------------------------------------

const stack = withStandIn({ region: '${Token[AWS::Region]}', account: '${Token[AWS::AccountId]}' }, 'stack');

// A logical id of an id that people choose.
const logical = (prefix, id) => `${prefix}${`${id}`.replace(/[^A-Za-z0-9]/g, '')}`;

const child = (resource) => ({
  node: withStandIn({ defaultChild: resource, findChild: () => resource, tryFindChild: () => resource }, 'node'),
  stack,
});

// Methods of the pool whose resources are not made here.
const NOT_MADE = ['addDomain', 'addResourceServer', 'registerIdentityProvider'];

export const notMade = (rust, name) => () => {
  rust.notMade(name, here());
  return standIn(name);
};

export function authResources(rust, name, made) {
  const cfn = {};
  const groups = {};
  for (const { name, id, type, properties } of made) {
    const resource = cfnResource(id, type, properties);
    if (name === 'group') groups[properties.groupName] = { cfnUserGroup: resource, role: standIn('role') };
    else if (name) cfn[name] = resource;
  }
  const { cfnUserPool, cfnUserPoolClient, cfnIdentityPool } = cfn;
  const clients = new Set();
  const clientOf = (id, props) => {
    if (clients.has(id)) {
      throw new Error(`There is already a Construct with name '${id}' in UserPool2 [${name ?? ''}UserPool]`);
    }
    clients.add(id);
    const properties = fromText(rust.client(toText(props), here()));
    const resource = cfnResource(logical('Client', id), 'AWS::Cognito::UserPoolClient', properties);
    return withStandIn({ ...child(resource), userPoolClientId: resource.ref }, 'userPoolClient');
  };
  const userPool = {
    ...child(cfnUserPool),
    userPoolId: cfnUserPool.ref,
    userPoolArn: cfnUserPool.attrArn,
    userPoolProviderName: cfnUserPool.attrProviderName,
    userPoolProviderUrl: cfnUserPool.attrProviderURL,
    addClient: clientOf,
    addGroup: (id, props) => cfnResource(logical('AddedGroup', id), 'AWS::Cognito::UserPoolGroup', props),
    addTrigger: (operation) => rust.trigger(`${operation?.operationName}`),
    ...fromEntries(NOT_MADE.map((name) => [name, notMade(rust, `userPool.${name}`)])),
  };
  const client = { ...child(cfnUserPoolClient), userPoolClientId: cfnUserPoolClient.ref };
  return {
    cfn,
    clientOf,
    resources: {
      userPool: withStandIn(userPool, 'userPool'),
      userPoolClient: withStandIn(client, 'userPoolClient'),
      authenticatedUserIamRole: standIn('authenticatedUserIamRole'),
      unauthenticatedUserIamRole: standIn('unauthenticatedUserIamRole'),
      identityPoolId: cfnIdentityPool.ref,
      cfnResources: cfn,
      groups,
    },
  };
}

// ---- defineBackend -------------------------------------------------------------------------------

const outputs = [];
let isDefined = false;

export function defineBackend(factories = {}) {
  isDefined = true;
  const made = entries(factories).map(([name, factory]) => {
    if (typeof factory?.getInstance !== 'function') {
      throw new TypeError(`defineBackend({ ${name} }): that is not what a define function returned`);
    }
    return [name, factory.getInstance()];
  });
  return withStandIn(
    {
      ...fromEntries(made),
      stack,
      createStack: (name) => withStandIn({ ...stack, stackName: name }, 'stack'),
      addOutput: (part) => void outputs.push({ part: plain(part), stack: here() }),
    },
    'backend',
  );
}

export function collect() {
  const resources = written.map(({ properties, ...record }) => ({
    ...record,
    properties: plain({ ...properties }),
  }));
  return { isDefined, resources, outputs };
}
