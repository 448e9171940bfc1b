import type { Call } from '../call.js';
import { type Answer, refusal, success } from './answer.js';
import { queryOf } from '../call.js';
import { COUNTRY_CULTURES, COUNTRY_RULES } from './countries.js';
import { page } from './paging.js';

/** GET /v1/countryvalidationrules/{iso2} (reference 2.1): recorded bodies for five markets, a lenient one for others. */
export function countryRules(call: Call): Answer {
  const { settings } = call.world;
  const code = call.target.subject.toUpperCase();
  const rules = COUNTRY_RULES[code] ?? lenientRules(code);
  if (rules) return success(settings, 200, JSON.stringify(rules));
  const description = `No validation rules were found for the country/region ${call.target.subject}`;
  return refusal(settings, { status: settings.unknownCountryStatus, code: 2000, description });
}

/** GET /v1/relationships (reference 5.11): the indirect resellers of this provider; App+User tokens only. */
export function relationships(call: Call): Answer {
  const { settings } = call.world;
  if (!call.token?.isAppUser) {
    const description = 'Application-only tokens are not supported.';
    return refusal(settings, { status: 403, code: 900329, description });
  }
  const type = queryOf(call).get('relationship_type') ?? '';
  if (type.toLowerCase() !== 'isindirectcloudsolutionproviderof') {
    return refusal(settings, { status: 400, code: 2000, description: 'The relationship type is not valid.' });
  }
  return page(call, settings.resellers, (reseller) =>
    JSON.stringify({
      id: reseller.id,
      name: reseller.name,
      relationshipType: 'is_indirect_cloud_solution_provider_of',
      state: reseller.state,
      mpnId: reseller.mpnId,
      location: reseller.location,
      attributes: { objectType: 'PartnerRelationship' },
    }),
  );
}

function lenientRules(code: string) {
  const cultures = COUNTRY_CULTURES[code];
  if (!cultures) return undefined;
  return {
    iso2Code: code,
    defaultCulture: cultures[0],
    isStateRequired: false,
    supportedStatesList: [],
    supportedLanguagesList: [...new Set(cultures.map((culture) => culture.split('-')[0]))],
    supportedCulturesList: cultures,
    isPostalCodeRequired: false,
    isCityRequired: false,
    isVatIdSupported: false,
    isTaxIdSupported: false,
    isTaxIdOptional: true,
    countryCallingCodesList: [],
    attributes: { objectType: 'CountryValidationRules' },
  };
}
