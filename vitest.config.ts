import { defineConfig } from 'vitest/config';

// Not 'import': Vitest hands these to Node's `require` too, which would then mix the two forms of a package.
const conditions = ['source', 'node'];
const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
};

/** On real Kafka and PostgreSQL: one file at a time, one group of projects after the other. */
const onRealParts = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  fileParallelism: false,
  globalSetup: ['test/support/global-setup.ts'],
};

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['apps/**/*.spec.ts', 'libs/**/*.spec.ts'],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: { ...onRealParts, name: 'libs', include: ['libs/!(kafka)/test/*.it.ts'], sequence: { groupOrder: 1 } },
      },
      {
        ...shared,
        test: { ...onRealParts, name: 'kafka', include: ['libs/kafka/test/*.it.ts'], sequence: { groupOrder: 2 } },
      },
      {
        ...shared,
        test: { ...onRealParts, name: 'scenarios', include: ['test/scenarios/*.spec.ts'], sequence: { groupOrder: 3 } },
      },
    ],
  },
});
