export type {
  AccountRefused,
  AddCustomerRecord,
  CallIds,
  CallOptions,
  Contradicted,
  CreateAnswer,
  CreatedCustomer,
  CustomerSummary,
  DomainTaken,
  Held,
  NotSent,
  NotSentReason,
  QueryAnswer,
  Refused,
  RefusedMaybeCreated,
  Throttled,
  TokenCheck,
  TokenFailed,
  Unclear,
  UnclearReason,
} from './answers.js';
export { CLOUD_ADDRESSES, CLOUDS, type Cloud, type CloudAddresses } from './clouds.js';
export type { AddressShape, CreateAddress, CreateCustomerBody, CustomerDataShape } from './customer-data.js';
export type { PartnerCenterOptions } from './options.js';
export { PartnerCenterClient, type AuditQuery } from './client.js';
export { toCreateBody } from './create-body.js';
export { checkRules, type RuleOptions, type RuleViolation } from './rules.js';
