/**
 * `npm test`: installs and builds what is missing, runs every test, and ends with one line: `N passed, N failed`.
 * `npm test -- --reuse-unit` counts the unit tests that `npm run check` just ran instead of running them again;
 * `npm test -- --project NAME` runs one project of vitest.config.ts.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exitStatus, prepare, root } from './prepare.mjs';

const PROJECTS = ['unit', 'libs', 'kafka', 'scenarios', 'browser', 'model'];
const results = join(root, '.local/results');
const unitReport = join(results, 'unit.json');
const report = join(results, 'test.json');

async function main() {
  const { values } = parseArgs({ options: { 'reuse-unit': { type: 'boolean' }, project: { type: 'string' } } });
  const reuseUnit = values['reuse-unit'] === true;
  if (reuseUnit && !existsSync(unitReport)) throw new Error('--reuse-unit: run `npm run check` first.');
  await prepare();
  mkdirSync(results, { recursive: true });
  rmSync(report, { force: true });
  const all = reuseUnit ? PROJECTS.filter((name) => name !== 'unit') : PROJECTS;
  const projects = (values.project === undefined ? all : [values.project]).flatMap((name) => ['--project', name]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  // kafkajs computes delays that lie in the past; Node would say so once in every process.
  const env = { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --disable-warning=TimeoutNegativeWarning` };
  const status = await exitStatus('vitest', ['run', ...projects, ...reporters], env);

  const counts = countAll(reuseUnit ? [unitReport, report] : [report]);
  // Vitest fails also for what is no test: an unhandled error, a part that did not start.
  if (counts.failed === 0 && (status !== 0 || counts.passed === 0)) counts.failed = 1;
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`);
  return counts.failed === 0 ? 0 : 1;
}

function countAll(reports) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { success, testResults } of reports.filter(existsSync).map(readReport)) {
    const failedBefore = counts.failed;
    for (const file of testResults) countFile(file, counts);
    // A run that found no test file. An error outside of every test is not in the report: the exit code tells.
    if (!success && counts.failed === failedBefore) counts.failed += 1;
  }
  return counts;
}

function countFile(file, counts) {
  for (const { status } of file.assertionResults) {
    counts[status === 'passed' || status === 'failed' ? status : 'skipped'] += 1;
  }
  // A file that could not be loaded, or whose hook failed, has no failed test of its own.
  const hasFailedTest = file.assertionResults.some(({ status }) => status === 'failed');
  if (file.status === 'failed' && !hasFailedTest) counts.failed += 1;
}

function readReport(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error.message);
    console.log('\n0 passed, 1 failed');
    process.exitCode = 1;
  },
);
