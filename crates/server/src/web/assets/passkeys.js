// Passkeys: the browser's dialogs, and what the pool keeps of them.

/** Why this page, opened as it is, cannot use passkeys of `relyingParty`; nothing if it can. */
export function obstacle(relyingParty) {
  if (!fits(location.hostname, relyingParty)) {
    return `Passkeys of this pool are for ${relyingParty}, and this page is on ${location.hostname}.`;
  }
  // Absent over plain HTTP from another machine, too.
  if (!globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    return 'This browser is too old for the passkeys of this page.';
  }
  return undefined;
}

/** Whether a page on `host` may use passkeys of `relyingParty`. */
export function fits(host, relyingParty) {
  return host === relyingParty || host.endsWith(`.${relyingParty}`);
}

/** Whether the browser lists passkeys where it fills in names. */
export async function fillsInPasskeys() {
  return (await PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false;
}

/** An answer to the pool's request `options`. */
export function getPasskey(options, asking) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return dialog(navigator.credentials.get({ publicKey, ...asking }));
}

/** Makes a passkey for whoever has `tokens`. */
export async function addPasskey(pool, { AccessToken }) {
  const { CredentialCreationOptions: options } = await pool.call('StartWebAuthnRegistration', { AccessToken });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const credential = await dialog(navigator.credentials.create({ publicKey }));
  await pool.call('CompleteWebAuthnRegistration', { AccessToken, Credential: credential });
}

/** The passkeys of whoever has `tokens`, oldest first. A person has 20 at most: one page. */
export async function listPasskeys(pool, { AccessToken }) {
  return (await pool.call('ListWebAuthnCredentials', { AccessToken })).Credentials;
}

/** An operation of Poolhouse's own, which Cognito lacks. */
export async function renamePasskey(pool, { AccessToken }, { CredentialId }, name) {
  const request = { AccessToken, CredentialId, FriendlyCredentialName: name };
  await pool.call('RenameWebAuthnCredential', request, 'PoolhouseService');
}

export async function deletePasskey(pool, { AccessToken }, { CredentialId, RelyingPartyId }) {
  await pool.call('DeleteWebAuthnCredential', { AccessToken, CredentialId });
  // So that the browser does not offer what the pool has forgotten.
  const forgotten = { rpId: RelyingPartyId, credentialId: CredentialId };
  await PublicKeyCredential.signalUnknownCredential?.(forgotten).catch(() => {});
}

async function dialog(answer) {
  try {
    return (await answer).toJSON();
  } catch (error) {
    // The browser tells a page no more than this: whether somebody is here is nobody's business.
    if (error.name === 'NotAllowedError') throw new Error('No passkey was used: the dialog was closed, or there is none.');
    if (error.name === 'InvalidStateError') throw new Error('This device has a passkey for this account already.');
    throw error;
  }
}
