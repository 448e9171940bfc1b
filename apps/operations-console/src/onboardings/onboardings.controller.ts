import { Controller, Get, Param, Query } from '@nestjs/common';
import { DeadLetters, isUpToDateWithin } from '#dead-letters';
import { isStorableText } from '#events';
import { Database, type OnboardingDetails, type OnboardingSummary, findOnboardings, showOnboarding } from '#ledger';
import { Given } from '../http/given.js';
import { ReadPipe } from '../http/read.pipe.js';
import { Refusal } from '../http/refusal.js';

const FOUND_MAX = 50;
/** Longer than any correlation id, domain or tenant id. */
const SEARCH_MAX_CHARACTERS = 256;
/** Its own dead letters are a part that one can do without while Kafka is away. */
const WAIT_FOR_LETTERS_MS = 2_000;

/** Onboardings by what people know of them, and one with all that happened to it. */
@Controller('api/onboardings')
export class OnboardingsController {
  constructor(
    private readonly db: Database,
    private readonly deadLetters: DeadLetters,
  ) {}

  @Get()
  async find(@Query(new ReadPipe(readSearch)) search: string): Promise<{ onboardings: OnboardingSummary[] }> {
    return { onboardings: await findOnboardings(this.db, search, FOUND_MAX) };
  }

  @Get(':correlationId')
  async show(@Param('correlationId', new ReadPipe(checkText)) correlationId: string): Promise<OnboardingDetails> {
    await isUpToDateWithin(this.deadLetters, WAIT_FOR_LETTERS_MS);
    const onboarding = await showOnboarding(this.db, correlationId);
    if (onboarding === null) throw new Refusal('NOT_FOUND', 'there is no onboarding of this correlation id');
    return onboarding;
  }
}

function readSearch(query: unknown): string {
  return checkText(Given.read('the query', query, ['q']).text('q') ?? '').trim();
}

/** The database takes no NUL, and no half of a character. */
function checkText(text: unknown): string {
  if (typeof text === 'string' && text.length <= SEARCH_MAX_CHARACTERS && isStorableText(text)) return text;
  throw new Refusal('USAGE', `what is looked for must be a text of at most ${SEARCH_MAX_CHARACTERS} characters`);
}
