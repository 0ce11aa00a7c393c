// A message centre, by the npm package `smpp`: takes texts, puts them together, and tells what became of them.
import { once } from 'node:events';
import smpp from 'smpp';

/** What it expects of who binds. */
export const SYSTEM_ID = 'acme';
export const PASSWORD = 'secret08';

export class Centre {
  constructor() {
    this.texts = [];
    this.answered = [];
    this.waiting = [];
    this.parts = new Map();
    this.server = smpp.createServer((session) => this.#serve(session));
  }

  static async start() {
    const centre = new Centre();
    centre.server.listen(0, '127.0.0.1');
    await once(centre.server, 'listening');
    return centre;
  }

  get port() {
    return this.server.address().port;
  }

  async stop() {
    for (const session of this.server.sessions) {
      session.close();
    }
    this.server.close();
    await once(this.server, 'close');
  }

  /** The next text: who it is from and to, what it says, in which coding, and in how many messages it came. */
  async text() {
    if (!this.texts.length) {
      await new Promise((resolve) => this.waiting.push(resolve));
    }
    return this.texts.shift();
  }

  /** Tells what became of a text, in the parameter of that name, and waits until that is acknowledged. */
  async receipt({ id, session, to }, state, place = 'short_message') {
    const text = `id:${id} sub:001 dlvrd:001 submit date:2611220000 done date:2611220001 stat:${state} err:000 text:`;
    const pdu = new smpp.PDU('deliver_sm', {
      source_addr: to,
      destination_addr: 'Acme',
      esm_class: smpp.ESM_CLASS.MC_DELIVERY_RECEIPT,
      [place]: text,
    });
    return new Promise((resolve) => session.send(pdu, resolve));
  }

  /** Asks whether who is bound is there. */
  async enquire({ session }) {
    return new Promise((resolve) => session.enquire_link({}, resolve));
  }

  /** Asks who is bound to leave. */
  async unbind({ session }) {
    return new Promise((resolve) => session.unbind({}, resolve));
  }

  #serve(session) {
    session.on('error', () => {}); // who was killed does not say goodbye
    session.on('bind_transceiver', (pdu) => {
      const known = pdu.system_id === SYSTEM_ID && pdu.password === PASSWORD && pdu.interface_version === 0x34;
      session.send(pdu.response({ command_status: known ? smpp.ESME_ROK : smpp.ESME_RBINDFAIL, system_id: 'centre' }));
    });
    session.on('submit_sm', (pdu) => {
      const id = `m-${this.answered.push(pdu)}`;
      session.send(pdu.response({ message_id: id }));
      this.#take(session, pdu, id);
    });
  }

  #take(session, pdu, id) {
    const { message, udh } = pdu.short_message;
    // A concatenation header: the reference, how many, and which this is.
    const [reference, count, number] = udh ? udh[0].subarray(2) : [0, 1, 1];
    const key = `${pdu.destination_addr} ${reference}`;
    const parts = this.parts.get(key) ?? [];
    parts[number - 1] = message;
    this.parts.set(key, parts);
    if (parts.filter((part) => part !== undefined).length < count) {
      return;
    }
    this.parts.delete(key);
    const { source_addr: from, destination_addr: to, data_coding: coding, validity_period: until } = pdu;
    this.texts.push({ id, session, from, to, coding, until, messages: count, text: parts.join(''), receipt: pdu.registered_delivery });
    this.waiting.shift()?.();
  }
}
