import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';
const backend = defineBackend({ auth });
backend.addOutput({ custom: { api: { url: 'https://api.acme.example', keys: ['a'] } } });
backend.addOutput({ custom: { api: { keys: ['b'] }, flags: { beta: true, n: 1, nothing: null } } as any });
backend.addOutput({ storage: { aws_region: 'eu-west-1', bucket_name: 'my-bucket', buckets: [{ name: 'b', bucket_name: 'my-bucket', aws_region: 'eu-west-1' }] } });
backend.addOutput({ auth: { oauth: { identity_providers: ['GOOGLE'], domain: 'x.example', scopes: ['openid'], redirect_sign_in_uri: ['a'], redirect_sign_out_uri: ['b'], response_type: 'code' } } } as any);
