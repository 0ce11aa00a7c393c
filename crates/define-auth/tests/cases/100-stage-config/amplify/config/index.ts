export * from './stages';
import * as texts from './texts.js';
const base = { groups: ['OWNER', 'STAFF'], accountRecovery: 'EMAIL_ONLY' } as const satisfies Record<string, unknown>;
export default { base: { ...base, groups: [...base.groups] }, t: (key: keyof typeof texts.words) => texts.words[key], mail: texts.mail };
