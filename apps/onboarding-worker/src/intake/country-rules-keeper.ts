import { randomUUID } from 'node:crypto';
import type { Logger } from '#observability';
import { CountryRulesCache, type CountryRules, type PartnerCenterClient, canonicalCountry } from '#partner-center';
import type { Gate } from '../lease/gate.js';
import type { PauseKeeper } from '../onboarding/pause-keeper.js';

const DAY_MS = 24 * 3_600_000;
const RETRY_MS = 60_000;
const QUESTION_MAX_MS = 30_000;

/**
 * The rules by country that requests are checked with. A country's rules are asked for in the background when they refused a
 * request and are older than a day: where nothing is refused, nothing is asked. Intake never waits for it; a request that
 * newer rules would let pass goes through when it is replayed.
 */
export class CountryRulesKeeper {
  private readonly cache = new CountryRulesCache({ ttlMs: DAY_MS, retryMs: RETRY_MS });

  constructor(
    private readonly parts: {
      client: PartnerCenterClient;
      gate: Gate;
      pauses: PauseKeeper;
      log: Logger;
      nowMs: () => number;
    },
  ) {}

  get rules(): CountryRules {
    return this.cache.rules;
  }

  /** The rules of this country refused a request just now. */
  haveRefused(country: string): void {
    const { gate, nowMs, log } = this.parts;
    const code = canonicalCountry(country);
    if (!gate.mayStart() || !this.cache.shouldAsk(code, nowMs())) return;
    this.ask(code).catch((error: unknown) => log.error({ err: error, country: code }, 'country rules not refreshed'));
  }

  private async ask(country: string): Promise<void> {
    const { client, gate, pauses, log, nowMs } = this.parts;
    const answer = await client.countryValidationRules.get(country, {
      ids: { requestId: randomUUID(), correlationId: randomUUID() },
      mayStart: () => gate.mayStart(),
      signal: AbortSignal.timeout(QUESTION_MAX_MS),
    });
    if (answer.kind === 'answered') {
      this.cache.store(country, answer.value, nowMs());
      log.info({ country }, 'the rules of a country were refreshed');
    } else this.cache.fail(country, nowMs());
    await pauses.onOptionalRead(answer);
  }
}
