// Reading a JWT, without verifying it.

/**
 * @param {string} token
 * @returns {{ header: any, claims: any, signature: string }}
 */
export function decodeJwt(token) {
  const [header, claims, signature] = token.split('.');
  if (!header || !claims || !signature) {
    throw new Error(`not a JWT: ${token}`);
  }
  return { header: parse(header), claims: parse(claims), signature };
}

/** The same token with other claims, and the old signature. @param {string} token @param {object} claims */
export function withClaims(token, claims) {
  const [header, payload, signature] = token.split('.');
  const changed = Buffer.from(JSON.stringify({ ...parse(payload ?? ''), ...claims })).toString('base64url');
  return [header, changed, signature].join('.');
}

/** @param {string} part */
function parse(part) {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}
