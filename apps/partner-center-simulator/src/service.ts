import { agreementStatus, agreementTemplates, confirmAgreement, directSigned } from './api/agreements.js';
import { type Answer, documentedRefusal, refusal } from './api/answer.js';
import { APP_USER_ONLY } from './api/app-user-only.js';
import { auditRecords } from './api/audit-records.js';
import { type Call, header } from './call.js';
import { wait } from './clock.js';
import { cloudOf } from './api/clouds.js';
import { createCustomer } from './api/create-customer.js';
import {
  customDomains,
  deleteCustomer,
  invitation,
  resetPassword,
  subscribedSkus,
  updateCustomer,
  users,
  validationStatus,
} from './api/customer-facets.js';
import { applyFault } from './faults/apply-fault.js';
import { send } from './faults/deliver.js';
import { localised } from './api/localised.js';
import type { Operation } from './operation.js';
import { partnerRequests } from './api/partner-requests.js';
import { billingProfile, companyProfile, updateBillingProfile } from './api/profiles.js';
import { checkDomain, getCustomer, searchCustomers } from './api/read-customers.js';
import { countryRules, relationships } from './api/reference-data.js';
import { unauthorized } from './api/unauthorized.js';
import { validateAddress } from './api/validate-address.js';

/**
 * One call through the service: token, throttling, fault before, the work with its latency, fault after, answer. Calls
 * that are refused for their token or throttled use up no fault.
 */
export async function serve(call: Call): Promise<void> {
  const { operation } = call.target;
  const early = operation === 'token' ? undefined : admission(call);
  if (early) return send(call, localised(call, early));
  const fault = call.world.faults.take({ operation, ...ids(call) });
  if (fault) {
    call.entry.fault = fault.applied;
    if (fault.action.when === 'before') {
      if (fault.action.kind !== 'delay') {
        await wait(call.world.clock, fault.action.delayMs);
        return applyFault(call, fault.action, undefined);
      }
    }
  }
  const delayMs = fault?.action.kind === 'delay' && fault.action.when === 'before' ? fault.action.delayMs : 0;
  const answer = localised(call, await work(call, delayMs));
  if (fault?.action.when !== 'after') return send(call, answer);
  await wait(call.world.clock, fault.action.delayMs);
  applyFault(call, fault.action, answer);
}

function ids(call: Call) {
  const { domain, requestId, correlationId } = call.entry;
  return { domain, requestId, correlationId };
}

/** Token first, then throttling (reference 9, steps 1 and 2). */
function admission(call: Call): Answer | undefined {
  const { settings, tokens, clock, throttle, random, nonCompliant } = call.world;
  const bearer = /^Bearer (.+)$/i.exec(header(call.req, 'authorization') ?? '')?.[1];
  if (!bearer) return unauthorized(settings, 'missing');
  const token = tokens.find(bearer);
  if (!token || token.expiresAt <= clock.now()) return unauthorized(settings, 'ordinary');
  if (token.hasRetiredAudience) return unauthorized(settings, '900420');
  if (settings.audienceCheck === 'cloud' && token.audience !== cloudOf(settings).audience) {
    return unauthorized(settings, 'ordinary');
  }
  if (!token.hasMfa) {
    const { requestId, correlationId, path } = call;
    nonCompliant.add({ requestId, correlationId, method: call.req.method ?? '', path, at: clock.now() });
    if (random.next() < settings.mfaEnforcedFraction) return unauthorized(settings, settings.mfaRefusal);
  }
  call.token = token;
  call.entry.auth = token.isAppUser ? 'appUser' : 'appOnly';
  const { operation, customer } = call.target;
  return throttle.refusal({ operation, customer, now: clock.now() }, settings);
}

/** A create commits at `commitAt` of its latency; everything else is answered at the end of it. */
async function work(call: Call, delayMs: number): Promise<Answer> {
  const { settings, random, clock } = call.world;
  const { operation } = call.target;
  if (operation === 'create') {
    const latencyMs = random.latency(settings.createLatency);
    const answer = await createCustomer(call, delayMs + latencyMs * settings.commitAt);
    await wait(clock, latencyMs * (1 - settings.commitAt));
    return answer;
  }
  await wait(clock, delayMs + random.latency(operation === 'token' ? settings.tokenLatency : settings.readLatency));
  return operation === 'token' ? token(call) : read(call, operation);
}

function token(call: Call): Answer {
  const { settings, tokens, clock } = call.world;
  const form = new URLSearchParams(call.body.toString('utf8'));
  const tenantId = call.path.split('/')[1] ?? '';
  const version = call.target.subject === 'v2' ? 'v2' : 'v1';
  return tokens.answer({ settings, form, version, tenantId, now: clock.now() });
}

const READS: Readonly<Record<Exclude<Operation, 'create' | 'token'>, (call: Call) => Answer>> = {
  search: searchCustomers,
  get: getCustomer,
  delete: deleteCustomer,
  domain: checkDomain,
  audit: auditRecords,
  countryRules,
  relationships,
  address: validateAddress,
  update: updateCustomer,
  companyProfile,
  billingProfile,
  updateBillingProfile,
  customDomains,
  validationStatus,
  subscribedSkus,
  users,
  resetPassword,
  invitation,
  agreementTemplates,
  confirmAgreement,
  directSigned,
  agreementStatus,
  partnerRequests,
  unknown,
};

function read(call: Call, operation: keyof typeof READS): Answer {
  if (APP_USER_ONLY.has(operation) && !call.token?.isAppUser) return documentedRefusal(call.world.settings, 900329);
  return READS[operation](call);
}

function unknown(call: Call): Answer {
  const { allowed } = call.target;
  if (allowed.length === 0) return documentedRefusal(call.world.settings, 1000, { description: 'Not found.' });
  const facts = { status: 405, code: 405, description: 'The method is not allowed.' };
  return refusal(call.world.settings, facts, ['Allow', allowed.join(', ')]);
}
