import { randomUUID } from 'node:crypto';
import type { Call } from '../call.js';
import { type Answer, documentedRefusal, malformed, success } from './answer.js';
import { queryOf } from '../call.js';
import { cloudOf } from './clouds.js';
import { findCustomer } from './find-customer.js';
import { isGuid } from './ids.js';
import { member, objectOf, parseObject, text } from './json-input.js';
import { page } from './paging.js';

const TYPE = 'MicrosoftCustomerAgreement';
const OLD_TYPE = 'MicrosoftCloudAgreement';
/** By type; the Customer Agreement's is that of the published sample. */
const TEMPLATES: Readonly<Record<string, string>> = {
  [TYPE]: '117a77b0-9360-443b-8795-c6dedc750cf9',
  [OLD_TYPE]: '998b88de-aa99-4388-a42c-1b3517d49490',
};
const CONTACT = ['firstName', 'lastName', 'email', 'phoneNumber'] as const;

/** GET /v1/agreements: the older agreement's template unless the type is asked for. Public cloud only. */
export function agreementTemplates(call: Call): Answer {
  const { settings } = call.world;
  if (!cloudOf(settings).isPublic) return documentedRefusal(settings, 900127);
  const type = queryOf(call).get('agreementType') ?? OLD_TYPE;
  const templateId = TEMPLATES[type];
  if (!templateId) return documentedRefusal(settings, 2000, { description: 'The agreement type is not valid.' });
  const item = { templateId, agreementType: type, versionRank: 0, attributes: { objectType: 'AgreementMetaData' } };
  return page(call, [item], (template) => JSON.stringify(template));
}

/** POST /v1/customers/{id}/agreements: 201, or 600061 when the same contact confirmed it before. */
export function confirmAgreement(call: Call): Answer {
  const { settings, agreements } = call.world;
  if (!cloudOf(settings).isPublic) return documentedRefusal(settings, 900127);
  const { customer, refusal } = findCustomer(call);
  if (refusal) return refusal;
  const body = parseObject(call.body);
  if (!body) return malformed(settings);
  const contact = objectOf(member(body, 'primaryContact'));
  const fields = CONTACT.map((name) => text(member(contact, name)) ?? '');
  const { type, templateId, dateAgreed } = agreementOf(body);
  if (fields.slice(0, 3).includes('') || !dateAgreed) return documentedRefusal(settings, 2000);
  if (type !== TYPE || templateId !== TEMPLATES[TYPE]) return documentedRefusal(settings, 3000);
  if (!agreements.confirm(customer.id, JSON.stringify(fields))) return documentedRefusal(settings, 600061);
  const [firstName, lastName, email, phoneNumber] = fields;
  const primaryContact = { firstName, lastName, email, ...(phoneNumber ? { phoneNumber } : {}) };
  return success(settings, 201, JSON.stringify({ userId: randomUUID(), primaryContact, templateId, dateAgreed, type }));
}

function agreementOf(body: Record<string, unknown>) {
  const type = text(member(body, 'type')) ?? '';
  const dateAgreed = text(member(body, 'dateAgreed')) ?? '';
  return { type, templateId: text(member(body, 'templateId')), dateAgreed };
}

/** GET …/directSignedMicrosoftCustomerAgreementStatus: nobody signs directly here. */
export function directSigned(call: Call): Answer {
  const { refusal } = findCustomer(call);
  return refusal ?? success(call.world.settings, 200, JSON.stringify({ isSigned: false }));
}

/** GET /v1/compliance/csp/agreementstatus (reference 5.11): of an indirect reseller, by MPN or tenant id. */
export function agreementStatus(call: Call): Answer {
  const { settings } = call.world;
  const query = queryOf(call);
  const [mpnId, tenantId] = [query.get('mpnId'), query.get('tenantId')];
  if (!mpnId && !tenantId) return documentedRefusal(settings, 2001, { description: 'MPN Id and Tenant Id are empty.' });
  if (tenantId && !isGuid(tenantId)) {
    return documentedRefusal(settings, 2000, {
      description: 'Tenant Id must be a GUID.',
      source: 'ComplianceController',
    });
  }
  const reseller = settings.resellers.find(
    (known) => known.mpnId === mpnId || known.id.toLowerCase() === tenantId?.toLowerCase(),
  );
  if (!reseller) return documentedRefusal(settings, tenantId ? 2205 : 2200, { source: 'ComplianceController' });
  if (reseller.isIndirectReseller === false) return documentedRefusal(settings, 2204);
  const isAgreementSigned = reseller.isAgreementSigned !== false;
  return success(settings, 200, JSON.stringify({ isAgreementSigned }));
}
