import { defineAuth } from '@aws-amplify/backend';
const names = ['address','birthdate','familyName','gender','givenName','locale','middleName','fullname','nickname','profilePicture','preferredUsername','profilePage','timezone','lastUpdateTime','website'] as const;
const optional = Object.fromEntries(names.map((name, i) => [name, { required: i % 2 === 0, mutable: i % 3 !== 0 }]));
export const auth = defineAuth({ loginWith: { phone: true, email: true }, userAttributes: { ...optional, phoneNumber: { required: false, mutable: true }, email: { required: true, mutable: false }, 'custom:n': { dataType: 'Number' }, 'custom:s': { dataType: 'String', maxLen: 2048 }, 'custom:neg': { dataType: 'Number', min: -5, max: 1.5 }, 'custom:fixed': { dataType: 'Boolean', mutable: false } } as any });
