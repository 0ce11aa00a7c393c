import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JwtRsaVerifier } from 'aws-jwt-verify';
import { JwtInvalidAudienceError, JwtInvalidSignatureError } from 'aws-jwt-verify/error';
import { decodeJwt, withClaims } from '../harness/jwt.js';
import { setStage, signInByMail } from '../harness/stage.js';

const stage = await setStage();

/** @type {any} */
const jwks = await (await fetch(`${stage.pool.issuer}/.well-known/jwks.json`)).json();

/**
 * A verifier as the README of aws-jwt-verify has it. It fetches keys over https only, so they are handed to it.
 * @param {string | null} audience
 * @param {'id' | 'access'} use
 */
function verifier(audience, use) {
  const made = JwtRsaVerifier.create({
    issuer: stage.pool.issuer,
    audience,
    customJwtCheck: ({ payload }) => assert.equal(payload['token_use'], use),
  });
  made.cacheJwks(jwks);
  return made;
}

test('aws-jwt-verify accepts the ID token', async () => {
  const { address, app } = await stage.signedUp();
  const { id } = await app.mustHaveTokens();
  const claims = await verifier(stage.pool.clientId, 'id').verify(id);
  assert.equal(claims['email'], address);
  assert.equal(claims['email_verified'], true);
  assert.equal(claims['cognito:username'], claims.sub);
});

test('aws-jwt-verify accepts the access token', async () => {
  const { app } = await stage.signedUp();
  const { access } = await app.mustHaveTokens();
  const claims = await verifier(null, 'access').verify(access, { scope: 'aws.cognito.signin.user.admin' });
  assert.equal(claims['client_id'], stage.pool.clientId);
  assert.equal(claims['username'], claims.sub);
  assert.equal(claims['aud'], undefined);
});

test('aws-jwt-verify refuses a token that was changed, and one for another client', async () => {
  const { app } = await stage.signedUp();
  const { id, access } = await app.mustHaveTokens();
  await assert.rejects(verifier(null, 'id').verify(withClaims(id, { email: 'somebody@example.com' })), JwtInvalidSignatureError);
  await assert.rejects(verifier(null, 'access').verify(withClaims(access, { exp: 4102444800 })), JwtInvalidSignatureError);
  await assert.rejects(verifier('another0client0id0of0this0', 'id').verify(id), JwtInvalidAudienceError);
});

test('the keys and the discovery document are where the issuer says', async () => {
  const { app } = await stage.signedUp();
  const { id, access } = await app.mustHaveTokens();
  assert.equal(jwks.keys.length, 2);
  for (const key of jwks.keys) {
    const { kty, alg, use, e } = key;
    assert.deepEqual({ kty, alg, use, e }, { kty: 'RSA', alg: 'RS256', use: 'sig', e: 'AQAB' });
    assert.equal(key.d, undefined, 'a private key was served');
  }
  const kids = [id, access].map((token) => decodeJwt(token).header.kid);
  assert.notEqual(kids[0], kids[1], 'each kind of token has a key of its own');
  assert.deepEqual(jwks.keys.map((/** @type {any} */ key) => key.kid).sort(), kids.sort());

  const discovery = /** @type {any} */ (await (await fetch(`${stage.pool.issuer}/.well-known/openid-configuration`)).json());
  assert.equal(discovery.issuer, stage.pool.issuer);
  assert.equal(discovery.jwks_uri, `${stage.pool.issuer}/.well-known/jwks.json`);
});

test('a forced refresh gives new tokens of the same sign-in', async () => {
  const { app } = await stage.signedUp();
  const old = await app.mustHaveTokens();
  const fresh = await app.mustHaveTokens({ forceRefresh: true });

  const { request, status, response } = await app.last('GetTokensFromRefreshToken');
  assert.equal(status, 200);
  assert.equal(request.ClientId, stage.pool.clientId);
  assert.equal(response.AuthenticationResult.ExpiresIn, 3600);
  for (const claims of /** @type {const} */ (['idClaims', 'accessClaims'])) {
    assert.notEqual(fresh[claims].jti, old[claims].jti);
    assert.equal(fresh[claims].origin_jti, old[claims].origin_jti);
    assert.equal(fresh[claims].auth_time, old[claims].auth_time);
    assert.deepEqual(fresh[claims].amr, old[claims].amr);
  }
  await verifier(stage.pool.clientId, 'id').verify(fresh.id);
  await verifier(null, 'access').verify(fresh.access);
  assert.equal((await app.call('fetchUserAttributes')).sub, old.idClaims.sub);
});

test('older clients refresh with InitiateAuth', async () => {
  const { app } = await stage.signedUp();
  for (const AuthFlow of ['REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN']) {
    const { status, body } = await stage.pool.call('InitiateAuth', {
      AuthFlow,
      ClientId: stage.pool.clientId,
      AuthParameters: { REFRESH_TOKEN: await app.refreshToken() },
    });
    assert.equal(status, 200, JSON.stringify(body));
    await verifier(null, 'access').verify(body.AuthenticationResult.AccessToken);
  }
});

test('after a sign-out the refresh token is dead, and the access token is of no use here', async () => {
  const { app } = await stage.signedUp();
  const { access } = await app.mustHaveTokens();
  const refreshToken = await app.refreshToken();
  await app.call('signOut');
  const revoked = await app.last('RevokeToken');
  assert.equal(revoked.request.Token, refreshToken);
  assert.deepEqual({ status: revoked.status, response: revoked.response }, { status: 200, response: {} });

  await refused('GetTokensFromRefreshToken', { ClientId: stage.pool.clientId, RefreshToken: refreshToken });
  await refused('GetUser', { AccessToken: access });
});

test('a sign-out on this device leaves the other one alone', async () => {
  const { address, app } = await stage.signedUp();
  const other = await stage.openApp();
  await signInByMail(other, address);
  await other.call('confirmSignIn', { challengeResponse: await stage.pool.inbox.code(address) });

  await app.call('signOut');
  assert.equal((await other.mustHaveTokens({ forceRefresh: true })).idClaims.email, address);
});

test('a sign-out everywhere ends every session', async () => {
  const { address, app } = await stage.signedUp();
  const other = await stage.openApp();
  await signInByMail(other, address);
  await other.call('confirmSignIn', { challengeResponse: await stage.pool.inbox.code(address) });
  const { access } = await other.mustHaveTokens();
  const refreshToken = await other.refreshToken();

  await app.call('signOut', { global: true });
  assert.equal((await app.last('GlobalSignOut')).status, 200);
  await refused('GetTokensFromRefreshToken', { ClientId: stage.pool.clientId, RefreshToken: refreshToken });
  await refused('GetUser', { AccessToken: access });
  assert.equal(await other.tokens({ forceRefresh: true }), undefined);
});

/** @param {string} operation @param {object} body */
async function refused(operation, body) {
  const reply = await stage.pool.call(operation, body);
  assert.deepEqual({ status: reply.status, type: reply.body.__type }, { status: 400, type: 'NotAuthorizedException' }, operation);
}
