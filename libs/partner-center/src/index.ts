export type {
  AccountRefused,
  Contradicted,
  CreateAnswer,
  CreatedCustomer,
  DomainTaken,
  Failed,
  FailureReason,
  Held,
  NotFound,
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
export type { CallFacts, CallIds, CallOptions, Operation, WithFacts } from './calls.js';
export { CLOUD_ADDRESSES, CLOUDS, type Cloud, type CloudAddresses } from './clouds.js';
export type { AddressShape, CreateAddress, CreateCustomerBody, CustomerDataShape } from './customer-data.js';
export type { PartnerCenterOptions } from './options.js';
export { PartnerCenterClient } from './client.js';
export { CountryRulesCache, type CountryRulesCacheOptions } from './country-rules-cache.js';
export { toCreateBody } from './create-body.js';
export { mergeCountryRules, type CountryRule, type CountryRules } from './merge-country-rules.js';
export { canonicalCountry } from './normalise.js';
export type { AddressToValidate } from './operations/addresses.js';
export { isCustomerCreation, type AuditQuery } from './operations/audit-records.js';
export { resellerFault } from './reseller-rule.js';
export type {
  Address,
  AddressStatus,
  AddressValidation,
  AuditRecord,
  CountryValidationRules,
  Customer,
  CustomerBillingProfile,
  CustomerCompanyProfile,
  CustomerSummary,
  IndirectReseller,
} from './resources.js';
export { checkRules, type RuleOptions, type RuleViolation } from './rules.js';
