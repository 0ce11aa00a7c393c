// The few values of aws-cdk-lib that carry meaning into the auth resources. Everything else of it is
// a stand-in.

import { marked, withStandIn } from 'poolhouse:values';

const UNITS = { millis: 1 / 60000, seconds: 1 / 60, minutes: 1, hours: 60, days: 1440 };

// A length of time, in minutes.
class Duration {
  constructor(minutes) {
    this.minutes = minutes;
    marked(this, { $minutes: minutes });
  }
  static millis = (amount) => new Duration(amount * UNITS.millis);
  static seconds = (amount) => new Duration(amount * UNITS.seconds);
  static minutes = (amount) => new Duration(amount);
  static hours = (amount) => new Duration(amount * UNITS.hours);
  static days = (amount) => new Duration(amount * UNITS.days);
  static parse(text) {
    const parts = /^PT?(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(text);
    if (!parts) throw new TypeError(`Not a valid ISO duration: ${text}`);
    const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
    return new Duration(days * UNITS.days + hours * UNITS.hours + minutes + seconds * UNITS.seconds);
  }
  plus = (other) => new Duration(this.minutes + other.minutes);
  minus = (other) => new Duration(this.minutes - other.minutes);
  toMilliseconds = () => this.minutes * 60000;
  toSeconds = () => this.minutes * 60;
  toMinutes = () => this.minutes;
  toHours = () => this.minutes / UNITS.hours;
  toDays = () => this.minutes / UNITS.days;
}

const named = (key, names, custom) => {
  const one = (name) => ({ [key]: name });
  const all = Object.entries(names).map(([constant, name]) => [constant, one(name)]);
  return { ...Object.fromEntries(all), ...(custom && { custom: one }) };
};

const OAuthScope = {
  ...named(
    'scopeName',
    {
      PHONE: 'phone',
      EMAIL: 'email',
      OPENID: 'openid',
      PROFILE: 'profile',
      COGNITO_ADMIN: 'aws.cognito.signin.user.admin',
    },
    true,
  ),
  resourceServer: (server, scope) => ({ scopeName: `${server.userPoolResourceServerId}/${scope.scopeName}` }),
};

const UserPoolClientIdentityProvider = named(
  'name',
  {
    APPLE: 'SignInWithApple',
    FACEBOOK: 'Facebook',
    GOOGLE: 'Google',
    AMAZON: 'LoginWithAmazon',
    COGNITO: 'COGNITO',
  },
  true,
);

// The attributes that a client may read or write.
class ClientAttributes {
  constructor(names = []) {
    this.names = names;
    marked(this, { $attributes: [...new Set(names)].sort() });
  }
  withStandardAttributes(attributes) {
    const chosen = Object.keys(attributes).filter((name) => attributes[name]);
    return new ClientAttributes([...this.names, ...chosen.map((name) => ({ $standard: name }))].map(standardName));
  }
  withCustomAttributes(...names) {
    const prefixed = names.map((name) => (name.startsWith('custom:') ? name : `custom:${name}`));
    return new ClientAttributes([...this.names, ...prefixed]);
  }
  attributes = () => [...new Set(this.names)].sort();
}

const RENAMED = {
  fullname: 'name',
  lastUpdateTime: 'updated_at',
  profilePage: 'profile',
  profilePicture: 'picture',
  timezone: 'zoneinfo',
};
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const standardName = (name) =>
  typeof name === 'string' ? name : (RENAMED[name.$standard] ?? snake(name.$standard));

// PRE_SIGN_UP is the operation preSignUp.
const camel = (name) => name.toLowerCase().replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const UserPoolOperation = new Proxy(
  { of: (operationName) => ({ operationName }) },
  { get: (known, key) => known[key] ?? { operationName: camel(`${key}`) } },
);

const ENUMS = {
  AdvancedSecurityMode: { OFF: 'OFF', AUDIT: 'AUDIT', ENFORCED: 'ENFORCED' },
  FeaturePlan: { LITE: 'LITE', ESSENTIALS: 'ESSENTIALS', PLUS: 'PLUS' },
  LambdaVersion: { V1_0: 'V1_0', V2_0: 'V2_0', V3_0: 'V3_0' },
  Mfa: { OFF: 'OFF', OPTIONAL: 'OPTIONAL', REQUIRED: 'ON' },
  PasskeyUserVerification: { PREFERRED: 'preferred', REQUIRED: 'required' },
  VerificationEmailStyle: { CODE: 'CONFIRM_WITH_CODE', LINK: 'CONFIRM_WITH_LINK' },
};

// Resources that would belong to the template, and are not made here.
const NOT_MADE = [
  'CfnIdentityPool',
  'CfnIdentityPoolPrincipalTag',
  'CfnIdentityPoolRoleAttachment',
  'CfnLogDeliveryConfiguration',
  'CfnManagedLoginBranding',
  'CfnTerms',
  'CfnUserPool',
  'CfnUserPoolDomain',
  'CfnUserPoolIdentityProvider',
  'CfnUserPoolResourceServer',
  'CfnUserPoolRiskConfigurationAttachment',
  'CfnUserPoolUICustomizationAttachment',
  'CfnUserPoolUser',
  'CfnUserPoolUserToGroupAttachment',
  'UserPool',
  'UserPoolDomain',
  'UserPoolGroup',
  'UserPoolIdentityProviderAmazon',
  'UserPoolIdentityProviderApple',
  'UserPoolIdentityProviderFacebook',
  'UserPoolIdentityProviderGoogle',
  'UserPoolIdentityProviderOidc',
  'UserPoolIdentityProviderSaml',
  'UserPoolResourceServer',
];

// `clientOf` and `cfnOf` make the resources that a definition may also make by `new`; `notMade` tells
// of those that nobody makes.
export function cdkPackages({ clientOf, cfnOf, notMade }) {
  const construct = (make) =>
    class {
      constructor(scope, id, props = {}) {
        return make(id, props);
      }
    };
  const label = (name) => `aws-cdk-lib/aws-cognito.${name}`;
  const untold = (name) => [name, withStandIn(construct(notMade(`new ${name}`)), label(name))];
  const cognito = {
    ...ENUMS,
    ...Object.fromEntries(NOT_MADE.map(untold)),
    ClientAttributes,
    OAuthScope,
    UserPoolClientIdentityProvider,
    UserPoolOperation,
    UserPoolClient: construct((id, props) => clientOf(id, props)),
    CfnUserPoolClient: construct((id, props) => cfnOf('AWS::Cognito::UserPoolClient', id, props)),
    CfnUserPoolGroup: construct((id, props) => cfnOf('AWS::Cognito::UserPoolGroup', id, props)),
  };
  const core = {
    Duration,
    RemovalPolicy: {
      DESTROY: 'destroy',
      RETAIN: 'retain',
      RETAIN_ON_UPDATE_OR_DELETE: 'retain-on-update-or-delete',
    },
    aws_cognito: withStandIn(cognito, 'aws-cdk-lib/aws-cognito'),
  };
  return { 'aws-cdk-lib': core, 'aws-cdk-lib/core': core, 'aws-cdk-lib/aws-cognito': cognito };
}


