import type { RuleViolation } from './rules.js';

/**
 * What is wrong with the indirect reseller of a customer, seen beside the provider's complete list of them (reference 5.11),
 * or null. Without a partnership the create call fails (reference 1.5); what a partnership that is not `Active` means for
 * it is left to the service.
 */
export function resellerFault(
  associatedPartnerId: string,
  resellers: readonly { partnerId: string }[],
): RuleViolation | null {
  const wanted = associatedPartnerId.trim().toLowerCase();
  if (resellers.some(({ partnerId }) => partnerId.trim().toLowerCase() === wanted)) return null;
  return {
    field: 'associatedPartnerId',
    message: 'must be the tenant id (not the MPN id) of an indirect reseller that has a partnership with this provider',
  };
}
