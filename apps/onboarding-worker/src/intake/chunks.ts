import type { KafkaRecord, RecordBatch } from '#kafka';

const CHUNK_RECORDS_MAX = 500;
/** Bytes of keys and values; a record that alone is larger is a chunk of its own. */
const CHUNK_BYTES_MAX = 16 * 1024 * 1024;

/** Cuts a fetched batch into gapless stretches that one transaction takes, bounded in records and in bytes. */
export function chunksOf(batch: RecordBatch): RecordBatch[] {
  const groups: KafkaRecord[][] = [];
  let bytes = 0;
  for (const record of batch.records) {
    const size = (record.key?.length ?? 0) + (record.value?.length ?? 0);
    const group = groups.at(-1);
    if (!group || group.length >= CHUNK_RECORDS_MAX || bytes + size > CHUNK_BYTES_MAX) {
      groups.push([record]);
      bytes = size;
    } else {
      group.push(record);
      bytes += size;
    }
  }
  return stretches(batch, groups);
}

/** One chunk for each record: what is left when a chunk cannot be written as a whole. */
export function singlesOf(batch: RecordBatch): RecordBatch[] {
  return stretches(
    batch,
    batch.records.map((record) => [record]),
  );
}

function stretches(batch: RecordBatch, groups: KafkaRecord[][]): RecordBatch[] {
  return groups.map((records, index) => ({
    ...batch,
    records,
    fetchOffset: index === 0 ? batch.fetchOffset : (records[0]?.offset ?? batch.fetchOffset),
    nextOffset: groups[index + 1]?.[0]?.offset ?? batch.nextOffset,
  }));
}
