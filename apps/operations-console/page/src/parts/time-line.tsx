import type { VNode } from 'preact';
import type { HistoryEntry } from '../documents.js';
import { Foreign } from './foreign.js';
import { Empty, Time } from './small.js';

export function TimeLine({ entries }: { entries: HistoryEntry[] }): VNode {
  if (entries.length === 0) return <Empty>Nothing is written down.</Empty>;
  return (
    <ol class="time-line">
      {entries.map(({ at, what, requestId }, n) => (
        <li key={`${n} ${at}`}>
          <Time iso={at} />
          <div>
            <Foreign text={what} maxCharacters={1_000} />
            {requestId && requestId !== entries[n - 1]?.requestId && (
              <small class="note">
                request id <code>{requestId}</code>
              </small>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
