// @ts-check
/**
 * Signs in by the link of a mail, in the browser that asked for it. Copy this file; it needs nothing.
 *
 * Import it before aws-amplify. What Amplify knows of a sign-in that has begun it keeps for one tab alone, and reads it back
 * when it is loaded; a link opens another tab. So `keepSignIn` copies that for the browser, and this file, when it is loaded by a
 * link, puts it where Amplify looks.
 */

/** Where aws-amplify has a sign-in that has begun, in sessionStorage. */
const AMPLIFY = ['username', 'challengeName', 'signInSession', 'expiry'].map((name) => `CognitoSignInState.${name}`);

/** Where this file keeps it, in localStorage. */
const KEPT = 'magic-link';

/**
 * The link that this page was opened by. `username` is who began to sign in here; without it, the code is of use only where
 * they did.
 * @type {{ code: string, username?: string } | undefined}
 */
export const link = taken();

/**
 * Call this when a mail is on its way (`CONFIRM_SIGN_IN_WITH_EMAIL_CODE`).
 * @param {number} [minutes] for which the pool takes the code: `sessions.minutes`
 */
export function keepSignIn(minutes = 3) {
  const [username, challenge, session] = AMPLIFY.map((key) => sessionStorage.getItem(key));
  localStorage.setItem(KEPT, JSON.stringify([username, challenge, session, String(Date.now() + minutes * 60_000)]));
}

/** Call this when somebody has signed in: other tabs hear of it. */
export function forgetSignIn() {
  localStorage.removeItem(KEPT);
}

/** Calls `listener` when the sign-in that was kept has ended in another tab. @param {() => void} listener */
export function onSignInElsewhere(listener) {
  addEventListener('storage', ({ key, newValue }) => {
    if (key === KEPT && newValue === null) {
      listener();
    }
  });
}

function taken() {
  const code = codeInAddress();
  // The link of a page that is open already loads nothing by itself.
  addEventListener('hashchange', () => codeInAddress() && location.reload());
  if (!code) {
    return undefined;
  }
  // Neither the history nor whoever looks at the screen is to have it.
  history.replaceState(history.state, '', location.pathname + location.search);
  /** @type {(string | null)[]} */
  const kept = JSON.parse(localStorage.getItem(KEPT) ?? '[]');
  const [username, , , expiry] = kept;
  if (!username || Number(expiry) <= Date.now()) {
    return { code };
  }
  AMPLIFY.forEach((key, index) => sessionStorage.setItem(key, kept[index] ?? ''));
  return { code, username };
}

function codeInAddress() {
  return /^#code=(\d{6,10})$/.exec(location.hash)?.[1];
}
