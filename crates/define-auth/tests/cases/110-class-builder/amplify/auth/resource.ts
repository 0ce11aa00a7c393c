import { defineAuth, type AmplifyAuthProps } from '@aws-amplify/backend';
abstract class Definition { protected abstract login(): AmplifyAuthProps['loginWith']; private static count = 0; static { Definition.count++; } build(): AmplifyAuthProps { return { loginWith: this.login(), ...(Definition.count ? { groups: ['built'] } : {}) }; } }
class Email extends Definition { constructor(private readonly otp: boolean = false) { super(); } protected override login() { return { email: { otpLogin: this.otp as boolean } }; } }
const label = (strings: TemplateStringsArray, ...values: unknown[]) => String.raw({ raw: strings }, ...values);
const { a: { b = 'dflt' } = {} } = {} as { a?: { b?: string } };
export const auth = defineAuth({ ...new Email(true).build(), name: label`n${b.length}-${[1, 2, 3].at(-1)}`, userAttributes: structuredClone({ nickname: { required: !!null ?? true } }) });
export default auth;
