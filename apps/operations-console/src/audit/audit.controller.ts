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

  /**
   * All of it, a line an entry, read page by page while it is sent. The first page is read before: what cannot be read is
   * refused as anywhere else; what fails later cuts the answer off.
   */
  @Get('audit.ndjson')
  async export(): Promise<StreamableFile> {
    const options = { type: 'application/x-ndjson; charset=utf-8', disposition: 'attachment; filename="audit.ndjson"' };
    const first = await readAudit(this.db, { limit: PAGE_MAX });
    return new StreamableFile(Readable.from(this.pagesFrom(first)), options);
  }

  private async *pagesFrom(first: AuditEntry[]): AsyncGenerator<string> {
    let entries = first;
    for (;;) {
      yield entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
      const before = nextOf(entries, PAGE_MAX);
      if (before === null) return;
      entries = await readAudit(this.db, { limit: PAGE_MAX, before });
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
