import { member, textMember, type JsonObject } from '../answer-body.js';
import type { Api } from '../api.js';
import type { CallOptions } from '../calls.js';
import { toText } from '../members.js';
import type { IndirectReseller } from '../resources.js';
import { askForAll, type Query } from './query.js';

const RESELLERS_PATH = '/v1/relationships?relationship_type=IsIndirectCloudSolutionProviderOf';

/** Relationships of the partner with other partners: reference 5.11. */
export class Relationships {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** `GET /v1/relationships` of an indirect provider: its resellers; all pages. Needs App+User. */
  indirectResellers(options: CallOptions): Query<IndirectReseller[]> {
    const call = { operation: 'relationships.indirectResellers', method: 'GET', path: RESELLERS_PATH } as const;
    return askForAll(this.#api, call, options, readReseller);
  }
}

function readReseller(item: JsonObject): IndirectReseller | null {
  const partnerId = textMember(item, 'id');
  if (partnerId === undefined) return null;
  return {
    partnerId,
    name: textMember(item, 'name') ?? null,
    state: textMember(item, 'state') ?? null,
    mpnId: toText(member(item, 'mpnId')) ?? null,
    location: textMember(item, 'location') ?? null,
  };
}
