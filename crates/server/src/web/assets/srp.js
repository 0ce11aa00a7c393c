// SRP as Cognito's clients speak it: the password is proved, and never leaves the page.

/** The prime of RFC 3526's 3072-bit group. Its generator is 2. */
const N = BigInt(
  '0xffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd' +
    'ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed' +
    'ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f' +
    '83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b' +
    'e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510' +
    '15728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7' +
    'abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200c' +
    'bbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff',
);

/** SHA-256 of the prime and the generator. */
const K = 0x538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6n;

/** One proof of a password. */
export class Proof {
  constructor() {
    // Browsers hash only where nobody can listen.
    if (!globalThis.crypto?.subtle) throw new Error(`Passwords can be tried on localhost, and this page is on ${location.hostname}.`);
    this.a = number(toHex(crypto.getRandomValues(new Uint8Array(32))));
    this.publicValue = power(2n, this.a);
  }

  /** `SRP_A`. */
  get opening() {
    return this.publicValue.toString(16);
  }

  /**
   * What answers `PASSWORD_VERIFIER`. `poolName` is the part of the pool's id after the underscore,
   * `asked` the challenge's parameters.
   */
  async claim(poolName, asked, password) {
    const { USER_ID_FOR_SRP: user, SECRET_BLOCK: block } = asked;
    const [salt, b] = [number(asked.SALT), number(asked.SRP_B)];
    const u = await hash(bytes(this.publicValue), bytes(b));
    const x = number(toHex(await hash(bytes(salt), await hash(text(`${poolName}${user}:${password}`)))));
    const base = (((b - K * power(2n, x)) % N) + N) % N;
    const shared = power(base, this.a + number(toHex(u)) * x);
    const extracted = await hmac(bytes(number(toHex(u))), bytes(shared));
    const key = (await hmac(extracted, text('Caldera Derived Key'), Uint8Array.of(1))).slice(0, 16);
    const timestamp = now();
    const signature = await hmac(key, text(poolName + user), fromBase64(block), text(timestamp));
    return {
      USERNAME: user,
      PASSWORD_CLAIM_SECRET_BLOCK: block,
      PASSWORD_CLAIM_SIGNATURE: btoa(String.fromCharCode(...signature)),
      TIMESTAMP: timestamp,
    };
  }
}

/** `Sun Nov 2 12:05:02 UTC 2026`. */
function now() {
  const [, weekday, day, month, year, time] = /(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date().toUTCString());
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`;
}

function power(base, exponent) {
  let [result, square] = [1n, base % N];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % N;
    square = (square * square) % N;
  }
  return result;
}

const text = (string) => new TextEncoder().encode(string);
const number = (hex) => BigInt(`0x${hex}`);
const toHex = (array) => Array.from(array, (byte) => byte.toString(16).padStart(2, '0')).join('');
const fromBase64 = (string) => Uint8Array.from(atob(string), (character) => character.charCodeAt(0));

/** The shortest two's complement, as Java writes numbers. */
function bytes(value) {
  const hex = value.toString(16);
  const even = hex.length % 2 ? `0${hex}` : hex;
  const padded = Number.parseInt(even.slice(0, 2), 16) > 127 ? `00${even}` : even;
  return Uint8Array.from(padded.match(/../g), (byte) => Number.parseInt(byte, 16));
}

async function hash(...parts) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', joined(parts)));
}

async function hmac(key, ...parts) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, joined(parts)));
}

const joined = (parts) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));
