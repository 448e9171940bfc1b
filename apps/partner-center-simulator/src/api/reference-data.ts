import type { Call } from '../call.js';
import { type Answer, refusal, success } from './answer.js';
import { queryOf } from '../call.js';
import { type Market, newerMembers, outdatedMembers } from './country-table.js';
import type { Settings } from '../settings.js';
import { page } from './paging.js';

/** GET /v1/countryvalidationrules/{iso2} (reference 2.1): recorded bodies for five markets, a lenient one for others. */
export function countryRules(call: Call): Answer {
  const { settings, countries } = call.world;
  const market = countries.market(call.target.subject);
  if (market) return success(settings, 200, JSON.stringify(shaped(market, settings.countryRulesShape)));
  const description = `No validation rules were found for the country/region ${call.target.subject}`;
  return refusal(settings, { status: settings.unknownCountryStatus, code: 2000, description });
}

function shaped(market: Market, shape: Settings['countryRulesShape']): unknown {
  switch (shape) {
    case 'recorded':
      return market.rules;
    case 'newer':
      return newerMembers(market);
    case 'outdated':
      return outdatedMembers(market);
  }
}

/** GET /v1/relationships (reference 5.11): the indirect resellers of this provider. */
export function relationships(call: Call): Answer {
  const { settings } = call.world;
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
