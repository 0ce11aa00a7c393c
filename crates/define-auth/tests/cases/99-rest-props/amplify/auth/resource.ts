import { defineAuth, type AmplifyAuthProps } from '@aws-amplify/backend';
function build(): any { return { loginWith: { get email() { return { otpLogin: true }; } }, groups: Array.from(new Set(['b', 'a'])), userAttributes: Object.fromEntries([['nickname', { required: false }]]) }; }
class Builder { #props: any = build(); name(n: string) { this.#props.name = n; return this; } done() { return this.#props; } }
export const auth = defineAuth(new Builder().name('built').done());
