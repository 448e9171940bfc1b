import { Controller, Get, Query } from '@nestjs/common';
import { Given } from '../http/given.js';
import { ReadPipe } from '../http/read.pipe.js';
import { type OverviewDocument, OverviewService } from './overview.service.js';

const DEFAULT_MINUTES = 60;
const MAX_MINUTES = 7 * 24 * 60;

/** What is going on now, and what was done over time. */
@Controller('api/overview')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Get()
  tell(@Query(new ReadPipe(readMinutes)) minutes: number): Promise<OverviewDocument> {
    return this.overview.read(minutes);
  }
}

function readMinutes(query: unknown): number {
  const given = Given.read('the query', query, ['minutes']);
  return given.number('minutes', { min: 1, max: MAX_MINUTES, whole: true }) ?? DEFAULT_MINUTES;
}
