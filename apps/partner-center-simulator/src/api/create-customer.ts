import { randomUUID } from 'node:crypto';
import type { Customer } from '../book/book.js';
import type { Call } from '../call.js';
import type { CustomerInput } from './customer-input.js';
import type { Settings } from '../settings.js';
import { type Answer, malformed, refusal, success } from './answer.js';
import { wait } from '../clock.js';
import { billingJson, createdJson } from './customer-json.js';
import { newPassword } from './ids.js';
import type { RequestRecord } from './request-memory.js';
import { lateObjection, validate } from './validation.js';

/**
 * POST /v1/customers. Idempotent by MS-RequestId (reference 1.4, 9): a known id never runs again unless a knob says so.
 * Whether the domain is free is decided in the same turn as the commit, so no two creates can both get it. The caller
 * going away changes nothing: what was taken in is carried out.
 */
export async function createCustomer(call: Call, delayMs: number): Promise<Answer> {
  const { settings, requests, clock } = call.world;
  const id = call.requestId.toLowerCase();
  const bodyHash = call.entry.bodyHash ?? '';
  for (;;) {
    const known = requests.find(id, clock.now(), settings.requestIdWindow);
    if (!known || (known.state === 'running' && settings.concurrentSameId === 'both→domainTaken')) break;
    if (known.state === 'running') {
      if (settings.concurrentSameId === 'reject409') return conflict(call, 'A request with this id is in progress.');
      await new Promise<void>((resume) => known.waiters.push(resume));
      continue;
    }
    if (known.bodyHash !== bodyHash && settings.sameIdDifferentBody === 'executeNew') break;
    await wait(clock, delayMs);
    return known.bodyHash !== bodyHash && settings.sameIdDifferentBody === 'reject409'
      ? conflict(call, 'The request id was used with another body.')
      : replay(call, known);
  }
  return execute(call, id, bodyHash, delayMs);
}

async function execute(call: Call, id: string, bodyHash: string, delayMs: number): Promise<Answer> {
  const { settings, requests, clock } = call.world;
  requests.begin(id, bodyHash);
  await wait(clock, delayMs);
  const result = perform(call);
  const at = clock.now();
  if (result.customer) requests.settle(id, { state: 'created', bodyHash, customer: result.customer, at });
  else if (settings.errorConsumesRequestId)
    requests.settle(id, { state: 'failed', bodyHash, answer: result.answer, at });
  else requests.settle(id, undefined);
  return result.answer;
}

/** One turn, without waiting: everything from reading the body to the commit (reference 9, steps 3 to 9). */
function perform(call: Call): { answer: Answer; customer?: Customer } {
  const { settings, book, countries } = call.world;
  const { input } = call;
  if (settings.wrongContentTypeStatus !== null && !isJson(call)) return { answer: wrongContentType(settings) };
  if (!input) return { answer: malformed(settings) };
  const objection = validate(input, { settings, token: call.token, existingTenants: book.existing, countries });
  if (objection) return { answer: refusal(settings, objection) };
  if (book.withDomain(input.domain ?? '')) return { answer: domainTaken(call) };
  const late = lateObjection(input, countries);
  if (late && !settings.lateEmailCheck) return { answer: refusal(settings, late) };
  const customer = newCustomer(call, input, late !== undefined);
  book.commit(customer);
  if (late) return { answer: refusal(settings, late) };
  return {
    customer,
    answer: success(settings, settings.successStatus, createdJson(customer, settings, customer.password)),
  };
}

function isJson(call: Call): boolean {
  return /^(application|text)\/json\b/i.test(call.req.headers['content-type'] ?? '');
}

function wrongContentType(settings: Settings): Answer {
  const status = settings.wrongContentTypeStatus ?? 400;
  return refusal(settings, { status, code: status, description: 'The content type is not supported.' });
}

function newCustomer(call: Call, input: CustomerInput, orphan: boolean): Customer {
  const { settings, clock } = call.world;
  const id = randomUUID();
  return {
    id,
    commerceId: settings.legacy2017 || settings.commerceId === 'different' ? randomUUID() : id,
    domain: input.domain ?? '',
    companyName: input.billing.companyName ?? '',
    billing: billingJson(id, input),
    password: newPassword(),
    userName: input.userName || 'admin',
    registrationNumber: input.registrationNumber,
    applicationId: call.token?.clientId ?? '',
    associatedPartnerId: input.associatedPartnerId,
    requestId: call.requestId,
    correlationId: call.correlationId,
    createdAt: clock.now(),
    madeHere: true,
    owner: 'ours',
    orphan,
    isListed: !orphan || settings.orphanVisibility !== 'hidden',
    isAudited: !orphan || settings.orphanVisibility === 'audited',
  };
}

function replay(call: Call, known: Exclude<RequestRecord, { state: 'running' }>): Answer {
  const { settings } = call.world;
  if (known.state === 'failed') return known.answer;
  if (settings.replay === 'conflict409') return conflict(call, 'The request was carried out already.');
  if (settings.replay === 'domainTaken400') return domainTaken(call, 400);
  const password = settings.replay === 'sameBody' ? known.customer.password : undefined;
  return success(settings, settings.replayStatus, createdJson(known.customer, settings, password));
}

function domainTaken(call: Call, status: number = call.world.settings.domainTakenStatus): Answer {
  const description = `The domain ${call.entry.domain ?? ''} is not available.`;
  return refusal(call.world.settings, { status, code: 27100, description });
}

function conflict(call: Call, description: string): Answer {
  return refusal(call.world.settings, { status: 409, code: 409, description });
}
