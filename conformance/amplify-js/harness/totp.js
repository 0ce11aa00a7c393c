// An authenticator app: what it shows for the secret that it scanned (RFC 6238: SHA-1, 6 digits, 30 seconds).
import { createHmac } from 'node:crypto';

const STEP_MS = 30_000;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export class AuthenticatorApp {
  /** @param {string} sharedSecret as Amplify gives it */
  constructor(sharedSecret) {
    const bits = [...sharedSecret].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
    this.secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  }

  /** The code of now, or of so many steps later. @param {number} [steps] */
  code(steps = 0) {
    const moving = Buffer.alloc(8);
    moving.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP_MS) + steps));
    const digest = createHmac('sha1', this.secret).update(moving).digest();
    const offset = (digest.at(-1) ?? 0) & 15;
    return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
  }
}
