// The mail that the pool sent, from the inbox that `poolhouse dev` keeps.
import { setTimeout as delay } from 'node:timers/promises';

const ARRIVES_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 20;

/** @typedef {{ channel: 'email' | 'sms', to: string, subject: string, text: string, code: string, link?: string, sent_at: string }} Message */

export class Inbox {
  /** How many messages to an address were read. @type {Map<string, number>} */
  #read = new Map();

  /** @param {string} url of the program */
  constructor(url) {
    this.url = url;
  }

  /**
   * All messages to an address, the newest first.
   * @param {string} to
   * @returns {Promise<Message[]>}
   */
  async messages(to) {
    const response = await fetch(`${this.url}/inbox/messages?to=${encodeURIComponent(to)}`);
    if (!response.ok) {
      throw new Error(`the inbox answered ${response.status}: ${await response.text()}`);
    }
    return /** @type {Promise<Message[]>} */ (response.json());
  }

  /**
   * The oldest message to an address that was not read yet; waits for it to arrive.
   * @param {string} to
   * @returns {Promise<Message>}
   */
  async next(to) {
    const read = this.#read.get(to) ?? 0;
    const giveUp = Date.now() + ARRIVES_WITHIN_MS;
    for (;;) {
      const message = (await this.messages(to)).at(-1 - read);
      if (message) {
        this.#read.set(to, read + 1);
        return message;
      }
      if (Date.now() > giveUp) {
        throw new Error(`${read} messages to ${to} were read, and no other came within ${ARRIVES_WITHIN_MS} ms`);
      }
      await delay(LOOK_EVERY_MS);
    }
  }

  /** The code in the next message. @param {string} to */
  async code(to) {
    return (await this.next(to)).code;
  }
}
