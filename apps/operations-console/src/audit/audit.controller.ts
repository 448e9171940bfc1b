import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { type AuditEntry, Database, readAudit } from '#ledger';
import { Given } from '../http/given.js';
import { ReadPipe } from '../http/read.pipe.js';
import { Refusal } from '../http/refusal.js';

const PAGE_DEFAULT = 50;
const PAGE_MAX = 500;

interface AuditPage {
  limit: number;
  before: string | null;
}

/** Who did what, the newest first. */
@Controller('api')
export class AuditController {
  constructor(private readonly db: Database) {}

  @Get('audit')
  async list(@Query(new ReadPipe(readPage)) page: AuditPage): Promise<{ entries: AuditEntry[]; next: string | null }> {
    const entries = await readAudit(this.db, page);
    return { entries, next: nextOf(entries, page.limit) };
  }

  /** All of it, a line an entry, read page by page while it is sent. */
  @Get('audit.ndjson')
  export(): StreamableFile {
    const options = { type: 'application/x-ndjson; charset=utf-8', disposition: 'attachment; filename="audit.ndjson"' };
    return new StreamableFile(Readable.from(this.pages()), options);
  }

  private async *pages(): AsyncGenerator<string> {
    for (let before: string | null = null, isFirst = true; isFirst || before !== null; isFirst = false) {
      const entries: AuditEntry[] = await readAudit(this.db, { limit: PAGE_MAX, before });
      yield entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
      before = nextOf(entries, PAGE_MAX);
    }
  }
}

/** The id before which the page after a full one lies. */
function nextOf(entries: AuditEntry[], limit: number): string | null {
  return entries.length < limit ? null : (entries.at(-1)?.id ?? null);
}

function readPage(query: unknown): AuditPage {
  const given = Given.read('the query', query, ['before', 'limit']);
  const before = given.text('before') ?? null;
  if (before !== null && !/^\d{1,18}$/.test(before)) throw new Refusal('USAGE', 'before must be the id of an entry');
  return { limit: given.number('limit', { min: 1, max: PAGE_MAX, whole: true }) ?? PAGE_DEFAULT, before };
}
