import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as ids from './identifiers.js';

const NAMESPACE = '109dd107-7f09-44c4-9db2-5d8c389dca8a';
const GUID = '0F0E7C9E-32A8-4D76-8A1C-6A6F6D7B8C9D';

/** UUIDv5 straight from RFC 9562, 5.5. */
function uuidV5(name: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(NAMESPACE.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8')
    .digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

describe('derived identifiers', () => {
  it('are UUIDv5 of the names in contract 9, for every correlation id', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), fc.nat(), (id, n) => {
        expect(ids.msCorrelationId(id)).toBe(uuidV5(`correlation/${id}`));
        expect(ids.createRequestId(id, n)).toBe(uuidV5(`request/${id}/${n}`));
        expect(ids.createdEventId(id)).toBe(uuidV5(`created/${id}`));
        expect(ids.rejectedEventId(id, n)).toBe(uuidV5(`rejected/${id}/${n}`));
      }),
    );
    expect(ids.rejectedRecordEventId('t.x', 2, 9007199254740993n, 1700)).toBe(
      uuidV5('rejected/t.x/2/9007199254740993/1700'),
    );
  });

  it('of a GUID are those of its lower case, and it is its own MS-CorrelationId', () => {
    expect(ids.msCorrelationId(GUID)).toBe(GUID.toLowerCase());
    expect(ids.createRequestId(GUID, 1)).toBe(uuidV5(`request/${GUID.toLowerCase()}/1`));
    expect(ids.createdEventId(GUID)).toBe(ids.createdEventId(GUID.toLowerCase()));
    expect(ids.rejectedEventId(GUID, 2)).toBe(uuidV5(`rejected/${GUID.toLowerCase()}/2`));
  });

  it.each([`{${GUID}}`, GUID.replaceAll('-', ''), `${GUID} `, `${GUID}\n`, GUID.replace('F', 'G')])(
    '%j is no GUID',
    (text) => {
      expect(ids.isGuid(text)).toBe(false);
      expect(ids.normaliseCorrelationId(text)).toBe(text);
    },
  );

  it('a correlation id has 1 to 128 characters from space to tilde', () => {
    for (const id of [' ', '~', 'x'.repeat(128)]) expect(ids.isCorrelationId(id)).toBe(true);
    for (const id of ['', 'x'.repeat(129), 'a\n', '\x7f', 'é']) expect(ids.isCorrelationId(id)).toBe(false);
  });
});
