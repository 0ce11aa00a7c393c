// What a browser asks before and after it lets a page of another origin talk to the pool. The other tests rely on it without
// looking: their pages have another port.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setStage } from '../harness/stage.js';

const stage = await setStage();
const ORIGIN = 'https://app.example.com';
const ASKED = 'amz-sdk-invocation-id,amz-sdk-request,cache-control,content-type,x-amz-target,x-amz-user-agent';

test('a preflight is answered with what it asked for', async () => {
  for (const asked of [ASKED, `${ASKED},pragma,x-of-my-own`]) {
    const response = await fetch(`${stage.pool.url}/`, {
      method: 'OPTIONS',
      headers: { origin: ORIGIN, 'access-control-request-method': 'POST', 'access-control-request-headers': asked },
    });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
    assert.equal(response.headers.get('access-control-allow-headers'), asked);
    assert.equal(response.headers.get('access-control-allow-methods'), 'POST');
    assert.equal(response.headers.get('access-control-max-age'), '172800');
    assert.equal(await response.text(), '');
  }
});

test('a page may read what went well, and what went wrong', async () => {
  const address = stage.newAddress();
  for (const [Username, status] of /** @type {const} */ ([[address, 200], ['', 400]])) {
    const response = await fetch(`${stage.pool.url}/`, {
      method: 'POST',
      headers: {
        origin: ORIGIN,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityProviderService.SignUp',
      },
      body: JSON.stringify({ ClientId: stage.pool.clientId, Username, UserAttributes: [{ Name: 'email', Value: address }] }),
    });
    assert.equal(response.status, status);
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
    const exposed = response.headers.get('access-control-expose-headers')?.toLowerCase().split(/, */);
    for (const header of ['x-amzn-requestid', 'x-amzn-errortype', 'x-amzn-errormessage', 'date']) {
      assert.ok(exposed?.includes(header), `${header} should be exposed, got ${exposed}`);
    }
    assert.equal(response.headers.get('content-type'), 'application/x-amz-json-1.1');
    assert.match(String(response.headers.get('x-amzn-requestid')), /^[\da-f]{8}-[\da-f-]{27}$/);
  }
});

test('a page may read the keys and the discovery document', async () => {
  for (const path of ['jwks.json', 'openid-configuration']) {
    const response = await fetch(`${stage.pool.issuer}/.well-known/${path}`, { headers: { origin: ORIGIN } });
    assert.equal(response.status, 200, path);
    assert.equal(response.headers.get('access-control-allow-origin'), '*', path);
  }
});

test('no page but its own may read the inbox', async () => {
  const response = await fetch(`${stage.pool.url}/inbox/messages?to=a@example.com`, { headers: { origin: ORIGIN } });
  assert.equal(response.headers.get('access-control-allow-origin'), null);
});
