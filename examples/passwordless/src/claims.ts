/** The claims of a token, as aws-amplify decodes them. */
export type Claims = Record<string, unknown>;

/** In seconds since 1970, by RFC 7519 and OpenID Connect. */
const TIMES = new Set(['auth_time', 'exp', 'iat', 'nbf']);

/** Shows a token's claims, one row each, in the order of the token. */
export function showClaims(list: HTMLElement, claims: Claims): void {
  list.replaceChildren(...Object.entries(claims).map(([name, value]) => row(name, value)));
}

function row(name: string, value: unknown): HTMLElement {
  const term = document.createElement('dt');
  term.textContent = name;
  const detail = document.createElement('dd');
  detail.append(TIMES.has(name) && typeof value === 'number' ? time(value) : text(value));
  const pair = document.createElement('div');
  pair.append(term, detail);
  return pair;
}

function time(seconds: number): HTMLElement {
  const date = new Date(seconds * 1000);
  const element = document.createElement('time');
  element.dateTime = date.toISOString();
  element.title = String(seconds);
  element.textContent = date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
  return element;
}

function text(value: unknown): string {
  if (Array.isArray(value)) {
    return value.map(text).join(', ');
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
