import type { RecordHeaders } from '#kafka';

export interface ReplayMark {
  plan: string;
  /** Number of the letter in its plan. */
  n: number;
  /** Replays of this onboarding so far, as its letter tells. */
  replays: number;
  groupId: string;
  isEdited: boolean;
}

const EDITED = 'replay-edited';

/**
 * Headers of a replay (contract 4): those of the letter without what dead-lettering and earlier replays added, and which
 * replay this is. A record that was edited once says so for good: its letter holds the edited value.
 */
export function replayHeaders(headers: RecordHeaders, mark: ReplayMark): RecordHeaders {
  const wasEdited = headers.some(([name]) => name === EDITED);
  const added: [string, string][] = [
    ['replay-id', `${mark.plan}/${mark.n}`],
    ['replay-count', String(mark.replays + 1)],
    ['replay-group', mark.groupId],
  ];
  if (mark.isEdited || wasEdited) added.push([EDITED, 'true']);
  return [
    ...headers.filter(([name]) => !name.startsWith('dead-letter-') && !name.startsWith('replay-')),
    ...added.map(([name, text]) => [name, Buffer.from(text)] as const),
  ];
}
