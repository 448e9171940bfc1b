import type { Answer } from './api/answer.js';
import type { Call } from './call.js';
import { refusal } from './api/answer.js';
import { applyFault } from './faults/apply-fault.js';
import { auditRecords } from './api/audit-records.js';
import { header } from './call.js';
import { wait } from './clock.js';
import { createCustomer } from './api/create-customer.js';
import { send } from './faults/deliver.js';
import { checkDomain, deleteCustomer, getCustomer, searchCustomers } from './api/read-customers.js';
import { countryRules, relationships } from './api/reference-data.js';
import { unauthorized } from './api/unauthorized.js';

/**
 * One call through the service: token, throttling, fault before, the work with its latency, fault after, answer. Calls
 * that are refused for their token or throttled use up no fault.
 */
export async function serve(call: Call): Promise<void> {
  const { operation } = call.target;
  const early = operation === 'token' ? undefined : admission(call);
  if (early) return send(call, early);
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
  const answer = await work(call, delayMs);
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
  const { settings, tokens, clock, throttle, random } = call.world;
  const bearer = /^Bearer (.+)$/i.exec(header(call.req, 'authorization') ?? '')?.[1];
  if (!bearer) return unauthorized(settings, 'missing');
  const token = tokens.find(bearer);
  if (!token || token.expiresAt <= clock.now()) return unauthorized(settings, 'ordinary');
  if (token.hasRetiredAudience) return unauthorized(settings, '900420');
  if (!token.hasMfa && random.next() < settings.mfaEnforcedFraction) return unauthorized(settings, '900421');
  call.token = token;
  return throttle.refusal(call.target.operation, clock.now());
}

/** A create commits at `commitAt` of its latency; everything else is answered at the end of it. */
async function work(call: Call, delayMs: number): Promise<Answer> {
  const { settings, random, clock } = call.world;
  if (call.target.operation === 'create') {
    const latencyMs = random.latency(settings.createLatency);
    const answer = await createCustomer(call, delayMs + latencyMs * settings.commitAt);
    await wait(clock, latencyMs * (1 - settings.commitAt));
    return answer;
  }
  const isToken = call.target.operation === 'token';
  await wait(clock, delayMs + random.latency(isToken ? settings.tokenLatency : settings.readLatency));
  return isToken ? token(call) : read(call);
}

function token(call: Call): Answer {
  const { settings, tokens, clock } = call.world;
  const form = new URLSearchParams(call.body.toString('utf8'));
  return tokens.answer({ settings, form, version: call.target.subject === 'v2' ? 'v2' : 'v1', now: clock.now() });
}

function read(call: Call): Answer {
  switch (call.target.operation) {
    case 'search':
      return searchCustomers(call);
    case 'get':
      return getCustomer(call);
    case 'delete':
      return deleteCustomer(call);
    case 'domain':
      return checkDomain(call);
    case 'audit':
      return auditRecords(call);
    case 'countryRules':
      return countryRules(call);
    case 'relationships':
      return relationships(call);
    case 'create':
    case 'token':
    case 'unknown':
      return unknown(call);
  }
}

function unknown(call: Call): Answer {
  const { allowed } = call.target;
  if (allowed.length === 0) return refusal(call.world.settings, { status: 404, code: 1000, description: 'Not found.' });
  const facts = { status: 405, code: 405, description: 'The method is not allowed.' };
  return refusal(call.world.settings, facts, ['Allow', allowed.join(', ')]);
}
