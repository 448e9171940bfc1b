/**
 * What a code means for a create call: `refused` this event is wrong, `maybe-created` wrong and perhaps executed,
 * `domain-taken` look before deciding, `held` a matter of configuration, `account` one that concerns every event.
 */
export type CodeClass = 'refused' | 'maybe-created' | 'domain-taken' | 'held' | 'account';

export interface KnownCode {
  class: CodeClass;
  /** For a person; never quotes the request. */
  sentence: string;
  /** Where the fault lies if the answer does not say. */
  fields?: readonly string[];
}

const REGISTRATION_NUMBER = 'companyProfile.organizationRegistrationNumber';
const PHONE_NUMBER = 'billingProfile.defaultAddress.phoneNumber';
const PARTNER = 'associatedPartnerId';
const DOMAIN = 'companyProfile.domain';

function refused(sentence: string, ...fields: string[]): KnownCode {
  return { class: 'refused', sentence, fields };
}
function held(sentence: string): KnownCode {
  return { class: 'held', sentence };
}
function account(sentence: string): KnownCode {
  return { class: 'account', sentence };
}

/**
 * Codes of reference 3.3 for the operation "create a customer"; those not listed go by their status. Other operations
 * share only the class `held` and what concerns the token: the same number may mean something else there.
 */
export const CREATE_CODES: Readonly<Record<string, KnownCode>> = {
  '2000': refused('A value of the request is not valid.'),
  '2001': refused('Required customer details are missing.'),
  '2007': refused('The address is not valid.', 'billingProfile.defaultAddress'),
  '60071': refused('The address is not valid: postal code and city do not fit.', 'billingProfile.defaultAddress'),
  '3000': refused('A property of the request is not valid.'),
  '400056': refused('The request is not valid.'),
  '800002': refused('The request is not valid.'),
  '600002': refused('An organization registration number is not supported for this country.', REGISTRATION_NUMBER),
  '600049': refused('This country requires an organization registration number.', REGISTRATION_NUMBER),
  '600050': refused(
    'The organization registration number does not have the format of its country.',
    REGISTRATION_NUMBER,
  ),
  '600051': refused('This country requires a phone number.', PHONE_NUMBER),
  '2200': refused('The MPN id of the indirect reseller is not valid.', PARTNER),
  '2201': refused('The indirect reseller belongs to another region.', PARTNER),
  '2204': refused('The associated partner is not an indirect reseller.', PARTNER),
  '2205': refused('There is no partner account with this tenant id.', PARTNER),
  '900154': refused('The associated partner is not linked to an active indirect reseller.', PARTNER),
  '900118': refused('The customer id is not valid.'),
  '27002': {
    class: 'maybe-created',
    sentence: 'The address, the state or the e-mail is not valid; a tenant may have been made all the same.',
  },
  '27100': { class: 'domain-taken', sentence: 'The domain is not available.', fields: [DOMAIN] },
  '800018': account('The limit of customers of this sandbox account is reached.'),
  '900420': account('The token is for a retired audience: the application must ask for Partner Center itself.'),
  '900421': account('The token lacks the MFA claim: give consent again with multi-factor authentication.'),
  '10001': account('Partner Center demands multi-factor authentication.'),
  '1002': held('The partner account is not authorized for this.'),
  '2030': held('The partner account is not onboarded for the country of this customer.'),
  '2032': held('Access was denied to the partner account.'),
  '2203': held('The indirect reseller has not signed the Microsoft Partner Agreement.'),
  '2206': held('The indirect reseller has not signed the Microsoft Partner Agreement.'),
  '13605': held('The acceptance of the customer agreement is not confirmed.'),
  '20002': held('There is no commerce relationship between partner and customer.'),
  '600006': held('This kind of account may not create customers.'),
  '800039': held('The reseller programme of the partner account is not active.'),
  '800073': held('The customer is under review.'),
  '800074': held('The customer is under review.'),
  '800075': held('The customer was not approved.'),
  '900123': held('The indirect reseller has not accepted the Microsoft Partner Agreement.'),
  '900124': held('The partner has not accepted the Microsoft Partner Agreement.'),
  '900127': held('The operation is not supported in this environment.'),
  '900149': held('The programme status of the partner account is not active.'),
  '900150': held('The role of the application lacks the right.'),
  '900308': held('The application lacks privileges.'),
  '900309': held('Conditional access blocked the token.'),
  '900329': held('An app-only token is not enough: configure PARTNER_CENTER_REFRESH_TOKEN.'),
  '90000': held('Entra did not issue a token.'),
  '900416': held('The customer account is locked.'),
};
