import { Amplify } from 'aws-amplify';
import { fetchAuthSession, signOut } from 'aws-amplify/auth';
import outputs from '../amplify_outputs.json';
import { startSignIn, startSignUp, type PendingCode } from './auth';
import { showClaims } from './claims';

Amplify.configure(outputs);

type View = 'start' | 'code' | 'session';

const startForm = element('start-form', HTMLFormElement);
const startSubmit = element('start-submit', HTMLButtonElement);
const email = element('email', HTMLInputElement);
const codeForm = element('code-form', HTMLFormElement);
const codeInput = element('code-input', HTMLInputElement);
const errorLine = element('error', HTMLElement);
const statusLine = element('status', HTMLElement);

/** What the next code is for. */
let pending: PendingCode | undefined;

startForm.addEventListener('change', labelStart);
startForm.addEventListener('submit', (event) => {
  event.preventDefault();
  void working('Sending a code…', async () => {
    showCode(await (intent() === 'sign-up' ? startSignUp : startSignIn)(email.value.trim()));
  });
});

codeForm.addEventListener('submit', (event) => {
  event.preventDefault();
  void working('Checking the code…', async () => {
    const next = await pending?.confirm(codeInput.value.trim());
    await (next ? showCode(next) : showSession());
  });
});

element('code-resend', HTMLButtonElement).addEventListener('click', () => {
  void working('Sending the code again…', async () => {
    if (pending) {
      showCode(await pending.resend());
      say('A code is on its way. If you already have one that you did not use, it works too.');
    }
  });
});

element('code-back', HTMLButtonElement).addEventListener('click', showStart);

element('sign-out', HTMLButtonElement).addEventListener('click', () => {
  void working('Signing out…', async () => {
    await signOut();
    showStart();
    say('You are signed out.');
  });
});

labelStart();
pointToInbox();
void working('', showSession);

function showStart(): void {
  pending = undefined;
  show('start');
  email.focus();
}

function showCode(code: PendingCode): void {
  pending = code;
  element('code-destination', HTMLElement).textContent = code.destination;
  codeForm.reset();
  show('code');
  codeInput.focus();
}

/** Shows who is signed in, or the first page when nobody is. */
async function showSession(): Promise<void> {
  const { tokens } = await fetchAuthSession();
  if (!tokens?.idToken) {
    showStart();
    return;
  }
  pending = undefined;
  element('session-email', HTMLElement).textContent = String(tokens.idToken.payload['email'] ?? '');
  showClaims(element('id-token', HTMLElement), tokens.idToken.payload);
  showClaims(element('access-token', HTMLElement), tokens.accessToken.payload);
  show('session');
  element('session-title', HTMLElement).focus();
}

function show(view: View): void {
  for (const name of ['start', 'code', 'session'] satisfies View[]) {
    element(name, HTMLElement).hidden = name !== view;
  }
}

/** Runs one step with the buttons off, says that it runs, and shows what went wrong. */
async function working(status: string, step: () => void | Promise<void>): Promise<void> {
  const buttons = document.querySelectorAll('button');
  errorLine.textContent = '';
  say(status);
  buttons.forEach((button) => (button.disabled = true));
  document.body.setAttribute('aria-busy', 'true');
  try {
    await step();
    if (statusLine.textContent === status) {
      say('');
    }
  } catch (error) {
    say('');
    showError(error);
  } finally {
    buttons.forEach((button) => (button.disabled = false));
    document.body.removeAttribute('aria-busy');
  }
}

function showError(error: unknown): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name === 'UsernameExistsException') {
    element('start-form', HTMLFormElement).querySelector<HTMLInputElement>('[value="sign-in"]')?.click();
    errorLine.textContent = 'There is an account with this address already. Sign in instead.';
    return;
  }
  errorLine.textContent = name === 'CodeMismatchException' ? 'That is not the code. Look again?' : message;
  if (pending) {
    codeInput.select();
  } else if (!startForm.closest('section')?.hidden) {
    email.focus();
  } else {
    show('start');
  }
}

function say(text: string): void {
  statusLine.textContent = text;
}

function intent(): 'sign-in' | 'sign-up' {
  return new FormData(startForm).get('intent') === 'sign-up' ? 'sign-up' : 'sign-in';
}

function labelStart(): void {
  startSubmit.textContent = intent() === 'sign-up' ? 'Create my account' : 'Send me a code';
}

/** A pool on this machine keeps its mail in an inbox of its own. */
function pointToInbox(): void {
  const endpoint = Amplify.getConfig().Auth?.Cognito.userPoolEndpoint;
  if (endpoint && ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(endpoint).hostname)) {
    element('inbox-link', HTMLAnchorElement).href = new URL('/inbox', endpoint).href;
    element('inbox-note', HTMLElement).hidden = false;
  }
}

function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) {
    throw new Error(`index.html has no ${type.name} with the id "${id}"`);
  }
  return found;
}
