import { defineAuth } from '@aws-amplify/backend';
const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
await sleep(5);
const load = async () => ({ groups: ['async'] });
const { groups } = await load();
queueMicrotask(() => {});
const id = structuredClone({ a: 1 }).a;
export const auth = defineAuth({ loginWith: { email: true }, groups: [...groups, `g${id}`, new URL('https://a.example/x').host, btoa('x')] });
