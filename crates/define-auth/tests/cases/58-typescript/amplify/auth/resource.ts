import { defineAuth as make } from '@aws-amplify/backend';
import type { Foo } from './types';
import { Bar, value } from './types';
import def, * as all from './all';
enum Mode { Off = 'OFF', Optional = 'OPTIONAL' }
const enum Level { A = 3, B }
namespace Texts { export const subject = 'ns'; }
abstract class Base<T> { constructor(protected readonly x: T, public y?: number) {} abstract go(): T; }
class Impl extends Base<string> { declare z: number; go(this: Impl): string { return this.x; } static { } #p = 1; get p() { return this.#p; } }
function over(a: string): string; function over(a: number): string; function over(a: any) { return `${a}`; }
const f = <T,>(t: T): T => t;
let u: unknown = <any>'cast';
const n = (u as string)!.length satisfies number;
const opts: Partial<Bar> = { s: 's' };
label: for (const i of [1]) { continue label; }
const auth: ReturnType<typeof make> = make({ loginWith: { email: { verificationEmailSubject: `${Texts.subject} ${over(Level.B)} ${f(n)} ${new Impl('i').go()} ${value} ${def} ${all.named} ${opts.s ?? ''}` } }, multifactor: { mode: Mode.Optional, totp: true } });
export { auth };
export default auth;
