import { defineAuth } from '@aws-amplify/backend';
import config, { stages, type Stage } from '../config';
import brand from '../../brand.json';

const stage = (process.env.STAGE ?? 'dev') as Stage;
const { domain, ...rest } = stages[stage];

export const auth = defineAuth({
  ...config.base,
  name: `${brand.slug}-${stage}`,
  loginWith: {
    email: {
      otpLogin: true,
      verificationEmailSubject: `[${brand.name}] ${config.t('subject')}`,
      verificationEmailBody: (createCode) => config.mail(brand.name, createCode),
    },
    ...(domain ? { webAuthn: { relyingPartyId: domain, userVerification: rest.strict ? 'required' : 'preferred' } } : {}),
  },
});
