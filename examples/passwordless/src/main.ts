import { link, onSignInElsewhere } from './magic-link'; // before aws-amplify
import { Amplify } from 'aws-amplify';
import { fetchAuthSession, signOut } from 'aws-amplify/auth';
import outputs from '../amplify_outputs.json';
import { continueByLink, isEmail, signInWithoutName, startSignIn, startSignUp, WAYS, type Step } from './auth';
import { showClaims } from './claims';
import { addPasskey, showPasskeys } from './passkeys';

Amplify.configure(outputs);

type View = 'start' | 'choose' | 'code' | 'session';

const startForm = element('start-form', HTMLFormElement);
const username = element('username', HTMLInputElement);
const other = element('other', HTMLInputElement);
const codeForm = element('code-form', HTMLFormElement);
const codeInput = element('code-input', HTMLInputElement);
const passkeyList = element('passkeys', HTMLElement);
const errorLine = element('error', HTMLElement);
const statusLine = element('status', HTMLElement);

/** What the person does next. */
let step: Step | undefined;

startForm.addEventListener('input', showIntent);
startForm.addEventListener('submit', (event) => {
  event.preventDefault();
  void working('One moment…', async () => {
    const name = typed(username);
    await show(await (isSignUp() ? startSignUp(name, typed(other)) : startSignIn(name)));
  });
});

onClick('no-name', () => {
  void working('Waiting for your passkey…', async () => show(await signInWithoutName()));
});

for (const way of WAYS) {
  onClick(way, () => {
    void working('One moment…', async () => {
      if (step?.name === 'choose') {
        await show(await step.choose(way));
      }
    });
  });
}

codeForm.addEventListener('submit', (event) => {
  event.preventDefault();
  void working('Checking the code…', async () => {
    if (step?.name === 'code') {
      await show(await step.confirm(codeInput.value.trim()));
    }
  });
});

onClick('code-resend', () => {
  void working('Sending the code again…', async () => {
    if (step?.name === 'code') {
      await show(await step.resend());
      say('A code is on its way. If you already have one that you did not use, it works too.');
    }
  });
});

onClick('choose-back', showStart);
onClick('code-back', showStart);

onClick('add-passkey', () => {
  void working('Waiting for your passkey…', () => addPasskey(passkeyList, working));
});

onClick('sign-out', () => {
  void working('Signing out…', async () => {
    await signOut();
    showStart();
    say('You are signed out.');
  });
});

showIntent();
pointToInbox();
onSignInElsewhere(() => void working('', showSessionIfAny));
void working(link ? 'Signing in…' : '', link ? followLink : showSession);

/** The page was opened by the link of a mail. */
async function followLink(): Promise<void> {
  const { code, username } = link ?? {};
  if (code && username) {
    view('start');
    await show(await continueByLink(username, code));
    return;
  }
  await showSession();
  throw new Error(
    `This link signs in only in the browser where you asked for it, and for a few minutes. If that is elsewhere, type this code there: ${code}`,
  );
}

/** Somebody has followed the link of a mail in another tab. */
async function showSessionIfAny(): Promise<void> {
  const { tokens } = await fetchAuthSession();
  if (tokens) {
    await showSession();
  }
}

async function show(next: Step): Promise<void> {
  step = next;
  switch (next.name) {
    case 'choose':
      WAYS.forEach((way) => (element(way, HTMLButtonElement).hidden = !next.ways.includes(way)));
      view('choose');
      element('choose-title', HTMLElement).focus();
      break;
    case 'code':
      element('code-destination', HTMLElement).textContent = next.destination;
      codeForm.reset();
      view('code');
      codeInput.focus();
      break;
    case 'done':
      await showSession();
  }
}

function showStart(): void {
  step = undefined;
  view('start');
  username.focus();
}

/** Shows who is signed in, or the first page when nobody is. */
async function showSession(): Promise<void> {
  const { tokens } = await fetchAuthSession();
  if (!tokens?.idToken) {
    showStart();
    return;
  }
  step = undefined;
  const { email, email_verified: isEmailProved, phone_number: phone } = tokens.idToken.payload;
  element('session-name', HTMLElement).textContent = String(isEmailProved ? email : phone);
  showClaims(element('id-token', HTMLElement), tokens.idToken.payload);
  showClaims(element('access-token', HTMLElement), tokens.accessToken.payload);
  startForm.reset();
  showIntent();
  view('session');
  element('session-title', HTMLElement).focus();
  await showPasskeys(passkeyList, working);
}

function view(shown: View): void {
  for (const name of ['start', 'choose', 'code', 'session'] satisfies View[]) {
    element(name, HTMLElement).hidden = name !== shown;
  }
}

/** Runs one step with the buttons off, says that it runs, and shows what went wrong. */
async function working(status: string, run: () => void | Promise<void>): Promise<void> {
  errorLine.textContent = '';
  say(status);
  setBusy(true);
  try {
    await run();
    if (statusLine.textContent === status) {
      say('');
    }
  } catch (error) {
    say('');
    showError(error instanceof Error ? error : new Error(String(error)));
  } finally {
    setBusy(false);
  }
}

function setBusy(busy: boolean): void {
  document.querySelectorAll('button').forEach((button) => (button.disabled = busy));
  document.body.ariaBusy = busy ? 'true' : null;
}

/** Where the words of the pool or the browser could be plainer. */
const PLAINER: Record<string, string> = {
  UsernameExistsException: 'There is an account with this name already. Sign in instead.',
  CodeMismatchException: 'That is not the code. Look again?',
  PasskeyAuthenticationCanceled: 'No passkey was used: the dialog was closed, or there is none.',
  PasskeyRegistrationCanceled: 'No passkey was added: the dialog was closed.',
  PasskeyAlreadyExists: 'This device has a passkey for this account already.',
};

function showError({ name, message }: Error): void {
  if (name === 'UsernameExistsException') {
    startForm.querySelector<HTMLInputElement>('[value="sign-in"]')?.click();
  }
  errorLine.textContent = PLAINER[name] ?? message;
  if (step?.name === 'code') {
    codeInput.select();
  } else if (step?.name === 'choose' && name === 'NotAuthorizedException') {
    showStart(); // what was chosen was refused, and this sign-in is over
  } else if (!startForm.closest('section')?.hidden) {
    username.focus();
  }
}

function say(text: string): void {
  statusLine.textContent = text;
}

function isSignUp(): boolean {
  return new FormData(startForm).get('intent') === 'sign-up';
}

/** Somebody new also gives the one of address and number that is not their name. */
function showIntent(): void {
  element('start-submit', HTMLButtonElement).textContent = isSignUp() ? 'Create my account' : 'Continue';
  element('or', HTMLElement).hidden = isSignUp();
  element('other-field', HTMLElement).hidden = !isSignUp();
  other.disabled = !isSignUp();
  const isOtherPhone = username.value === '' || isEmail(username.value);
  other.type = isOtherPhone ? 'tel' : 'email';
  other.placeholder = isOtherPhone ? '+12025550123' : 'you@example.com';
  element('other-label', HTMLElement).textContent = isOtherPhone ? 'Phone number' : 'E-mail address';
}

/** A phone number goes to the pool with its plus and its digits only. */
function typed(field: HTMLInputElement): string {
  const text = field.value.trim();
  return text.startsWith('+') ? `+${text.replaceAll(/\D/g, '')}` : text;
}

/** A pool on this machine keeps its mail in an inbox of its own. */
function pointToInbox(): void {
  const endpoint = Amplify.getConfig().Auth?.Cognito.userPoolEndpoint;
  if (endpoint && ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(endpoint).hostname)) {
    element('inbox-link', HTMLAnchorElement).href = new URL('/inbox', endpoint).href;
    element('inbox-note', HTMLElement).hidden = false;
  }
}

function onClick(id: string, listener: () => void): void {
  element(id, HTMLButtonElement).addEventListener('click', listener);
}

function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) {
    throw new Error(`index.html has no ${type.name} with the id "${id}"`);
  }
  return found;
}
