/** Who may import whom: docs/architecture.md gives the reasons. */
const tests = '\\.(spec|it)\\.ts$|^(apps|libs)/[^/]+/test/';
/** `package` is imported by the one lib that wraps it, by libs/testing and by tests. */
const onlyIn = (owner, packages) => ({
  name: `only-${owner.replace('/', '-')}-imports-${packages[0]}`,
  severity: 'error',
  from: { path: '^(apps|libs)/', pathNot: [`^${owner}/`, '^libs/testing/', tests] },
  to: { path: `^node_modules/(${packages.join('|')})/` },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependencies-in-apps',
      comment: 'Images are built without them, but for what is bundled into the page.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/testing/', '^apps/operations-console/page/', tests] },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    onlyIn('libs/kafka', ['kafkajs']),
    onlyIn('libs/ledger', ['pg', 'kysely']),
    onlyIn('libs/partner-center', ['undici', 'oauth4webapi']),
    {
      name: 'libs-by-their-index',
      severity: 'error',
      from: { path: '^(apps|libs|test|bench)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/', pathNot: ['^libs/[^/]+/src/index\\.ts$', '^libs/$2/'] },
    },
    {
      name: 'libs-know-no-apps',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-do-not-import-each-other',
      severity: 'error',
      comment: 'But a test may run the simulator in its own process.',
      from: { path: '^apps/([^/]+)/', pathNot: tests },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'simulator-shares-no-code',
      comment: 'With shared code client and simulator would be wrong alike.',
      severity: 'error',
      from: { path: '^apps/partner-center-simulator/', pathNot: tests },
      to: { path: '^libs/' },
    },
    {
      name: 'testing-only-in-tests',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/testing/', tests] },
      to: { path: '^libs/testing/' },
    },
  ],
  options: {
    doNotFollow: { path: '^node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['source', 'node', 'import', 'default'] },
  },
};
