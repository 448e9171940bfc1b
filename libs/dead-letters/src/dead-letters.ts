/**
 * The dead letters as operators see them. The topic is the archive, and nobody copies it all the time: whoever wants to
 * look calls `catchUp` first, and then sees every letter that was on the topic when it was called. Lists and groups come
 * from the projection in the ledger; a letter's bytes only ever from the topic.
 */
import type { RecordHeaders } from '#kafka';
import {
  countLetters,
  type Letter,
  type LetterGroup,
  type LetterSelection,
  readLetter,
  readLetterGroups,
  readLetterHistory,
  readLetters,
  type StoredLetter,
} from '#ledger';
import { letterOf } from './letter.js';
import type { DeadLettersParts } from './parts.js';
import { type Progress, Projection, readRecord } from './projection.js';

/** A letter with the bytes of its record, and what became of it as far as the projection knows, oldest first. */
export interface LetterWithRecord extends Letter {
  key: Buffer | null;
  value: Buffer | null;
  headers: RecordHeaders;
  history: { at: string; what: string }[];
}

/** A letter as contract 8 writes it: offsets are numbers. */
export interface LetterDocument extends Omit<Letter, 'offset' | 'original'> {
  offset: number;
  original: Omit<Letter['original'], 'offset'> & { offset: number };
}

export class DeadLetters {
  private readonly projection: Projection;

  constructor(private readonly parts: DeadLettersParts) {
    this.projection = new Projection(parts);
  }

  /** Reads what the topic has and the projection has not. Throws what Kafka or the database throw. */
  async catchUp(onProgress?: Progress): Promise<void> {
    await this.projection.catchUp(onProgress);
  }

  /**
   * Throws the projection away, with `who` in the audit, and reads all of the topic. While the topic cannot be read everything
   * stays as it is.
   */
  async rebuild(who: string, onProgress?: Progress): Promise<{ letters: number }> {
    await this.projection.rebuild(who, onProgress);
    return { letters: await countLetters(this.parts.db, { all: true }) };
  }

  /** The selected letters, newest first; `after` is the id of the last letter of the page before. */
  async list(selection: LetterSelection, limit: number, after?: string): Promise<{ total: number; letters: Letter[] }> {
    const { db } = this.parts;
    const total = await countLetters(db, selection);
    const last = after === undefined ? undefined : await this.letterById(after);
    if (last === null) return { total, letters: [] };
    const letters = await readLetters(db, selection, { order: 'newest-first', limit, after: last });
    return { total, letters: letters.map(shown) };
  }

  /** The kinds of failure among the selected letters, the most frequent first. */
  async groups(selection: LetterSelection): Promise<{ total: number; groups: LetterGroup[] }> {
    const groups = await readLetterGroups(this.parts.db, selection);
    return { total: groups.reduce((sum, { count }) => sum + count, 0), groups };
  }

  /** One letter with its record, read from the topic; null when the topic has no such letter. */
  async show(partition: number, offset: bigint): Promise<LetterWithRecord | null> {
    const bounds = (await this.parts.reader.bounds(this.parts.topics.deadLetter)).get(partition);
    if (bounds === undefined || offset < bounds.start || offset >= bounds.end) return null;
    const record = await readRecord(this.parts, partition, offset);
    if (record === null) return null;
    const letter = letterOf(record);
    const { key, value, headers } = record;
    return { ...shown(letter), key, value, headers, history: await this.historyOf(letter) };
  }

  private async historyOf(letter: StoredLetter): Promise<{ at: string; what: string }[]> {
    const failures = [{ at: letter.failedAt, what: `dead-lettered: ${letter.code}` }];
    if (letter.firstFailedAt !== letter.failedAt) {
      failures.unshift({ at: letter.firstFailedAt, what: 'failed for the first time' });
    }
    return [...failures, ...(await readLetterHistory(this.parts.db, letter))];
  }

  private async letterById(id: string): Promise<StoredLetter | null> {
    const [, partition, offset] = /^(\d{1,9}):(\d{1,18})$/.exec(id) ?? [];
    if (partition === undefined || offset === undefined) return null;
    return readLetter(this.parts.db, Number(partition), BigInt(offset));
  }
}

/** What contract 8 shows of a letter. */
function shown(letter: StoredLetter): Letter {
  const { consumerGroup: _group, replayId: _replay, digest: _digest, bytes: _bytes, ...contents } = letter;
  return contents;
}

export function letterDocument(letter: Letter): LetterDocument {
  const { offset, original } = letter;
  return { ...letter, offset: Number(offset), original: { ...original, offset: Number(original.offset) } };
}
