import { describe, expect, it } from 'vitest';
import { changeData } from './change-data.js';
import type { JsonObject } from './json.js';
import { binaryRecord, plainRecord, recordOf, structuredRecord, validData } from './requests.fixture.js';

const withCity = (data: JsonObject): JsonObject => ({ ...data, city: 'Buffalo' });
const written = (record: Parameters<typeof changeData>[0]): unknown => {
  const changed = changeData(record, withCity);
  return changed && (JSON.parse(changed.value.toString()) as unknown);
};

describe('changing the data of a record', () => {
  it('writes the value anew in binary and in plain form', () => {
    expect(written(binaryRecord())).toEqual({ ...validData(), city: 'Buffalo' });
    expect(written(plainRecord({ correlationId: 'a' }))).toEqual({
      ...validData(),
      correlationId: 'a',
      city: 'Buffalo',
    });
  });

  it('writes only the member data in structured form', () => {
    const record = structuredRecord({ city: 'an attribute' });
    const envelope = JSON.parse(record.value!.toString()) as object;
    expect(written(record)).toEqual({ ...envelope, data: { ...validData(), city: 'Buffalo' } });
  });

  it('tells the data before and after', () => {
    const changed = changeData(structuredRecord(), withCity);
    expect(changed).toMatchObject({ before: validData(), after: { ...validData(), city: 'Buffalo' } });
  });

  it.each([
    ['a tombstone', recordOf({ value: null })],
    ['no JSON', recordOf({ value: Buffer.from([0xff, 0x00]) })],
    ['a list', recordOf({ value: Buffer.from('[1]') })],
    ['an envelope whose data are no object', structuredRecord({ data: 'text' })],
    ['another type', binaryRecord({ headers: [], value: null })],
    [
      'what is nested too deeply to be written',
      recordOf({ value: Buffer.from(`{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`) }),
    ],
  ])('leaves %s alone', (_, record) => {
    expect(changeData(record, withCity)).toBeNull();
  });
});
