import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Libs from their sources, as the condition `source` of package.json's imports: tests need no build.
const shared = {
  resolve: { alias: [{ find: /^#([a-z-]+)$/, replacement: join(import.meta.dirname, 'libs/$1/src/index.ts') }] },
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
};

/**
 * On real Kafka and PostgreSQL, one group of projects after the other. Files keep apart by names and databases of their
 * own and mostly wait for leases and brokers: two at once use two cores well.
 */
const onRealParts = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  maxWorkers: 2,
  globalSetup: ['test/support/global-setup.ts'],
};

/** It keeps a core busy for a minute: whatever ran beside it would wait for it. */
const MODEL = 'apps/onboarding-worker/test/any-sequence-of-faults.it.ts';

export default defineConfig({
  // For the files of `globalSetup`; a project has its own copy.
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['{apps,bench,libs,scripts}/**/*.spec.ts'],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: {
          ...onRealParts,
          name: 'libs',
          include: ['libs/!(kafka)/test/*.it.ts', 'apps/*/test/*.it.ts'],
          exclude: [MODEL],
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...shared,
        test: { ...onRealParts, name: 'kafka', include: ['libs/kafka/test/*.it.ts'], sequence: { groupOrder: 2 } },
      },
      {
        ...shared,
        test: { ...onRealParts, name: 'model', include: [MODEL], sequence: { groupOrder: 5 } },
      },
      {
        ...shared,
        test: { ...onRealParts, name: 'scenarios', include: ['test/scenarios/*.spec.ts'], sequence: { groupOrder: 3 } },
      },
      {
        ...shared,
        test: { ...onRealParts, name: 'browser', include: ['test/browser/*.spec.ts'], sequence: { groupOrder: 4 } },
      },
    ],
  },
});
