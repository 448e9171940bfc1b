import { describe, expect, it } from 'vitest';
import type { IncomingRecord } from '#events';
import { EditError, checkPatch, editRecord } from './edit.js';

const BINARY = [
  ['ce_specversion', '1.0'],
  ['ce_type', 'CustomerRequested'],
] as const;

function recordOf(value: unknown, headers: readonly (readonly [string, string])[] = []): IncomingRecord {
  return {
    ...{ topic: 'requests', partition: 0, offset: 7n, timestampMs: 0, key: null },
    value: typeof value === 'string' ? Buffer.from(value) : Buffer.from(JSON.stringify(value)),
    headers: headers.map(([name, text]) => [name, Buffer.from(text)] as const),
  };
}

const data = {
  companyProfile: { domain: 'a.onmicrosoft.com' },
  billingProfile: { email: 'old@example', culture: 'en-US', firstName: 'Ada' },
};
const patch = { billingProfile: { email: 'new@example', culture: null, language: 'en' } };
const edited = { ...data, billingProfile: { email: 'new@example', firstName: 'Ada', language: 'en' } };
const valueOf = (record: IncomingRecord): unknown => {
  const edit = editRecord(record, patch);
  return edit && (JSON.parse(edit.value.toString()) as unknown);
};

describe('an edit', () => {
  it('merges the patch into the data of every form', () => {
    expect(valueOf(recordOf(data, BINARY))).toEqual(edited);
    expect(valueOf(recordOf({ ...data, correlationId: 'a' }))).toEqual({ ...edited, correlationId: 'a' });
    const envelope = { type: 'CustomerRequested', correlationid: 'a', data };
    const structured = recordOf(envelope, [['content-type', 'application/cloudevents+json']]);
    expect(valueOf(structured)).toEqual({ ...envelope, data: edited });
  });

  it('tells each member that changes, with personal values masked', () => {
    expect(editRecord(recordOf(data), patch)?.changes).toEqual([
      { path: 'billingProfile.email', old: '"•••"', new: '"•••"' },
      { path: 'billingProfile.culture', old: '"en-US"', new: null },
      { path: 'billingProfile.language', old: null, new: '"en"' },
    ]);
  });

  it('tells an object that takes the place of something else as one change', () => {
    const change = editRecord(recordOf({ companyProfile: 'none' }), { companyProfile: { domain: 'a' } })?.changes;
    expect(change).toEqual([{ path: 'companyProfile', old: '"•••"', new: '{"domain":"a"}' }]);
  });

  it.each([
    ['changes nothing', recordOf(edited)],
    ['meets no JSON object', recordOf('plain text')],
    ['meets what is nested too deeply to be written', recordOf(`{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`)],
  ])('leaves the value as it is where it %s', (_, record) => {
    expect(editRecord(record, patch)).toBeNull();
  });

  it('can remove what is nested too deeply to be shown', () => {
    const deep = recordOf(`{"domain":"a","x":${'['.repeat(1e5)}${']'.repeat(1e5)}}`);
    expect(editRecord(deep, { x: 'y' })?.value.toString()).toBe('{"domain":"a","x":"y"}');
  });

  it('shows a long text in part', () => {
    const [change] = editRecord(recordOf({}), { domain: 'a'.repeat(1_000_000) })?.changes ?? [];
    expect(change?.new?.length).toBeLessThan(250);
  });
});

describe('a patch', () => {
  it.each([null, 'text', [], [{ a: 1 }]])('that is no object is refused: %j', (given) => {
    expect(() => checkPatch(given)).toThrow(EditError);
  });

  it('cannot touch the correlation id, not even to remove it', () => {
    expect(() => checkPatch({ correlationId: 'other' })).toThrow(/correlationId is locked/);
    expect(() => checkPatch({ correlationId: null })).toThrow(/correlationId is locked/);
    expect(checkPatch({ companyProfile: { correlationId: 'a member that means nothing' } })).toBeDefined();
  });

  it.each([{ a: ['\0'] }, { companyProfile: { '\0': 'a' } }, { a: '\ud800' }])(
    'with a character that cannot be kept is refused: %j',
    (given) => {
      expect(() => checkPatch(given)).toThrow(EditError);
    },
  );

  it('that is nested without end is refused', () => {
    expect(() => checkPatch(JSON.parse(`${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}`))).toThrow(/nested/);
  });
});
