import { msCorrelationId } from '#events';
import type { ClaimedOnboarding } from '#ledger';
import { type CustomerSummary, isCustomerCreation, type PartnerCenterClient, type QueryAnswer } from '#partner-center';
import { readOptions } from './create-step.js';
import { type Findings, needsDomainCheck } from './reconciliation.js';

/** The findings, or the first query that was not answered: then nothing is concluded. */
export type LookResult = { kind: 'found'; findings: Findings } | { kind: 'failed'; answer: UnansweredQuery };
export type UnansweredQuery = Exclude<QueryAnswer<unknown>, { kind: 'answered' }>;

export interface LookOptions {
  mayStart: () => boolean;
  signal: AbortSignal;
  windowMs: number;
  /** Milliseconds since the onboarding was claimed, monotonic. */
  sinceClaimMs: () => number;
}

/**
 * Looks for the tenant that an unclear call may have made (P2): our customer list by exact domain, then the
 * activity log for the evidence that our correlation id made it, then, only where it decides, whether the domain exists.
 * Read-only; a crash in the midst leaves nothing behind.
 */
export async function lookForTenant(
  client: PartnerCenterClient,
  onboarding: ClaimedOnboarding,
  options: LookOptions,
): Promise<LookResult> {
  const ageMs =
    onboarding.windowAgeMs === null ? Number.POSITIVE_INFINITY : onboarding.windowAgeMs + options.sinceClaimMs();
  const windowLeftMs = Math.max(0, options.windowMs - ageMs);
  const listed = await client.customers.search({ domainPrefix: onboarding.domain }, readOptions(onboarding, options));
  if (listed.kind !== 'answered') return { kind: 'failed', answer: listed };
  const customer = listed.value.find((each) => each.domain.toLowerCase() === onboarding.domain) ?? null;

  const findings: Findings = {
    customer,
    isOurs: false,
    domainExists: null,
    afterWindow: windowLeftMs === 0,
    windowLeftMs,
  };
  if (customer) {
    const evidence = await findEvidence(client, onboarding, customer, options);
    if (evidence.kind !== 'answered') return { kind: 'failed', answer: evidence };
    return { kind: 'found', findings: { ...findings, isOurs: evidence.value } };
  }
  if (!needsDomainCheck(onboarding, findings)) return { kind: 'found', findings };
  const domain = await client.domains.isAvailable(onboarding.domain, readOptions(onboarding, options));
  if (domain.kind !== 'answered') return { kind: 'failed', answer: domain };
  return { kind: 'found', findings: { ...findings, domainExists: !domain.value } };
}

async function findEvidence(
  client: PartnerCenterClient,
  onboarding: ClaimedOnboarding,
  customer: CustomerSummary,
  options: LookOptions,
): Promise<QueryAnswer<boolean>> {
  // As far back as the service keeps records: a replay may look for a call that was made weeks before its record.
  const sinceDate = new Date(0);
  const records = await client.auditRecords.search(
    { sinceDate, customerId: customer.customerId },
    readOptions(onboarding, options),
  );
  if (records.kind !== 'answered') return records;
  const ours = msCorrelationId(onboarding.correlationId);
  const isOurs = records.value.some(
    (record) =>
      isCustomerCreation(record) &&
      record.correlationId === ours &&
      record.domain.toLowerCase() === onboarding.domain &&
      record.customerId.toLowerCase() === customer.customerId.toLowerCase() &&
      // A line of the list that names two tenants contradicts itself: never adopted (contract 3).
      customer.tenantId.toLowerCase() === customer.customerId.toLowerCase(),
  );
  return { kind: 'answered', value: isOurs };
}
