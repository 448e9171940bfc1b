import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { Selection } from '../documents.js';

const REASONS = ['undecodable', 'invalid', 'rejected', 'unresolved', 'exhausted'];
const TEXTS = [
  ['code', 'Code'],
  ['correlationId', 'Correlation id'],
] as const;
const TIMES = [
  ['since', 'Failed since'],
  ['until', 'Failed before'],
] as const;

interface SelectionFormProps {
  selection: Selection;
  onChange: (selection: Selection) => void;
}

/** Fields that narrow down which letters are meant; times are written in the reader's time zone and sent as UTC. */
export function SelectionForm({ selection, onChange }: SelectionFormProps): VNode {
  const [fields, setFields] = useState({
    code: selection.code ?? '',
    reason: selection.reason ?? '',
    since: localOf(selection.since),
    until: localOf(selection.until),
    correlationId: selection.correlationId ?? '',
  });
  const set = (name: keyof typeof fields) => (event: { currentTarget: { value: string } }) =>
    setFields({ ...fields, [name]: event.currentTarget.value });
  const submit = (event: Event): void => {
    event.preventDefault();
    const { group, ids } = selection;
    onChange({ ...(group ? { group } : {}), ...(ids ? { ids } : {}), ...chosen(fields) });
  };
  const isNarrowed = Object.keys(selection).length > 0;
  return (
    <details class="selection" open={isNarrowed}>
      <summary>Narrow down</summary>
      <form onSubmit={submit}>
        {TEXTS.map(([name, label]) => (
          <label key={name}>
            {label}
            <input data-search value={fields[name]} onInput={set(name)} />
          </label>
        ))}
        <label>
          Reason
          <select value={fields.reason} onInput={set('reason')}>
            <option value="">any</option>
            {REASONS.map((reason) => (
              <option key={reason} value={reason}>
                {reason}
              </option>
            ))}
          </select>
        </label>
        {TIMES.map(([name, label]) => (
          <label key={name}>
            {label}
            <input type="datetime-local" value={fields[name]} onInput={set(name)} />
          </label>
        ))}
        <div class="buttons">
          <button type="submit" class="small">
            Show
          </button>
          {isNarrowed && (
            <button type="button" class="small outline secondary" onClick={() => onChange({})}>
              Show all
            </button>
          )}
        </div>
      </form>
    </details>
  );
}

function chosen(fields: Record<'code' | 'reason' | 'since' | 'until' | 'correlationId', string>): Selection {
  const selection: Selection = {};
  if (fields.code.trim()) selection.code = fields.code.trim();
  if (fields.reason) selection.reason = fields.reason;
  if (fields.since) selection.since = new Date(fields.since).toISOString();
  if (fields.until) selection.until = new Date(fields.until).toISOString();
  if (fields.correlationId.trim()) selection.correlationId = fields.correlationId.trim();
  return selection;
}

/** As `datetime-local` wants it: the local time without a zone. */
function localOf(iso: string | undefined): string {
  const date = new Date(iso ?? '');
  if (Number.isNaN(date.getTime())) return '';
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
