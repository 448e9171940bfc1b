/**
 * Random sequences of faults on one onboarding: every answer of the service, outages, throttles, somebody else's tenant
 * under the domain, corrections and replays, workers that crash, freeze or lose an answer of the ledger. The worker's parts,
 * the ledger, the client and the simulator are real, only time is virtual. What each sequence must keep stands in
 * model/promises.ts, the language of faults in model/steps.ts.
 *
 * MODEL_SEQUENCES asks for more or fewer sequences, MODEL_SEED for other ones, MODEL_STEPS for longer ones. A failure prints
 * the smallest sequence that fails, its calls, its seed and path.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { accountOf, storyOf } from './model/account.js';
import { ModelWorld } from './model/model-world.js';
import { play } from './model/play.js';
import { brokenPromises } from './model/promises.js';
import { LANES, MODEL } from './model/settings.js';
import { sequences } from './model/sequences.js';
import { Tally } from './model/tally.js';

const START_MAX_MS = 120_000;
const MS_PER_SEQUENCE_MAX = 500;
const tally = new Tally();
let worlds: ModelWorld[] = [];

beforeAll(async () => {
  // Delays without jitter: a sequence that failed fails again.
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  worlds = await Promise.all(Array.from({ length: LANES }, () => ModelWorld.open()));
});

afterAll(() => Promise.all(worlds.map((world) => world.close())));

it(
  `${MODEL.sequences} sequences of faults keep every promise (MODEL_SEED=${MODEL.seed})`,
  async () => {
    let failing: ModelWorld | null = null;
    const property = (world: ModelWorld) =>
      fc.asyncProperty(sequences(MODEL.steps), async (sequence) => {
        // The first world with a failure makes its sequence smaller, the others have nothing to add.
        if (failing !== null && failing !== world) return;
        try {
          const account = await accountOf(world, await play(world, sequence));
          tally.add(account);
          expect(brokenPromises(account), storyOf(account)).toEqual([]);
        } catch (error) {
          failing ??= world;
          throw error;
        }
      });
    const numRuns = Math.ceil(MODEL.sequences / LANES);
    const runs = worlds.map((world, n) => fc.assert(property(world), { seed: MODEL.seed * LANES + n, numRuns }));
    const failures = (await Promise.allSettled(runs)).filter((run) => run.status === 'rejected');
    console.log(String(tally));
    if (failures[0]) throw failures[0].reason;
  },
  START_MAX_MS + MODEL.sequences * MS_PER_SEQUENCE_MAX,
);
