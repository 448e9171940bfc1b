import type { Operation } from '../operation.js';

/** Operations that take tokens of App+User only (reference 5). A create does so for an indirect reseller's customer. */
export const APP_USER_ONLY: ReadonlySet<Operation> = new Set<Operation>([
  'relationships',
  'update',
  'companyProfile',
  'validationStatus',
  'subscribedSkus',
  'users',
  'resetPassword',
  'invitation',
  'agreementTemplates',
  'confirmAgreement',
  'directSigned',
  'agreementStatus',
]);
