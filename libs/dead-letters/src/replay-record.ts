import type { KafkaRecord, RecordHeaders } from '#kafka';
import { type Edit, editRecord } from './edit.js';
import type { JsonObject } from './merge-patch.js';

export interface ReplayMark {
  plan: string;
  /** Number of the letter in its plan. */
  n: number;
  /** Replays of this onboarding so far, as its letter tells. */
  replays: number;
  /** The group that failed, and that alone acts on the replay. */
  groupId: string;
}

const EDITED = 'replay-edited';
/** The largest count that is read; a larger one would begin again at 0. */
const REPLAYS_MAX = 999_999_999;

/** The record that replays a letter (contract 4): its key and value byte for byte unless the patch changes its data. */
export function replayRecord(
  letter: KafkaRecord,
  mark: ReplayMark,
  patch: JsonObject | null,
): { record: KafkaRecord; edit: Edit | null } {
  const edit = patch === null ? null : editRecord(letter, patch);
  const headers = replayHeaders(letter.headers, mark, edit !== null);
  return { record: { ...letter, value: edit?.value ?? letter.value, headers }, edit };
}

/**
 * The letter's headers without what dead-lettering and earlier replays added, and which replay this is. A record that was
 * edited once says so for good: its letter holds the edited value.
 */
function replayHeaders(headers: RecordHeaders, mark: ReplayMark, isEdited: boolean): RecordHeaders {
  const added: [string, string][] = [
    ['replay-id', `${mark.plan}/${mark.n}`],
    ['replay-count', String(Math.min(mark.replays + 1, REPLAYS_MAX))],
    ['replay-group', mark.groupId],
  ];
  if (isEdited || headers.some(([name]) => name === EDITED)) added.push([EDITED, 'true']);
  return [
    ...headers.filter(([name]) => !name.startsWith('dead-letter-') && !name.startsWith('replay-')),
    ...added.map(([name, text]) => [name, Buffer.from(text)] as const),
  ];
}
