import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'onboarding-prepare-'));
const scripts = join(folder, 'scripts');
mkdirSync(scripts);
for (const name of ['prepare.mjs', 'built.mjs', 'demo.mjs', 'bench.mjs', 'test.mjs']) {
  copyFileSync(join(import.meta.dirname, name), join(scripts, name));
}
afterAll(() => rmSync(folder, { recursive: true }));

const MISSING =
  'Something to run Kafka with is missing: start Docker, or install Java 17 or newer and Maven, ' +
  'or name a broker in KAFKA_BROKERS.\n';
const JAVA_17 = 'echo \'openjdk version "17.0.12" 2024-07-16\' >&2';
const JAVA_11 = 'echo \'openjdk version "11.0.24" 2024-07-16\' >&2';
let machines = 0;

/** Runs a script in a fresh clone on a machine that has these programs and no other, not even npm. */
function run(script: string, programs: Record<string, string>, env: Record<string, string> = {}) {
  const PATH = join(folder, `machine-${(machines += 1)}`);
  mkdirSync(PATH);
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(PATH, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  return spawnSync(process.execPath, [join(scripts, script)], { encoding: 'utf8', env: { PATH, ...env } });
}

describe('a fresh clone', () => {
  it.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['a Docker client without a daemon', { docker: 'exit 1' }],
    ['a Java that is too old', { java: JAVA_11, mvn: 'exit 0' }],
    ['Java without Maven', { java: JAVA_17 }],
  ])('says in one sentence what is missing where there is %s', (_, programs) => {
    const { status, stdout, stderr } = run('demo.mjs', programs);
    expect([status, stdout, stderr]).toEqual([1, '', MISSING]);
  });

  it('says it for each command that needs the parts', () => {
    expect(run('bench.mjs', {})).toMatchObject({ status: 1, stdout: '', stderr: MISSING });
    expect(run('test.mjs', {})).toMatchObject({ status: 1, stdout: '\n0 passed, 1 failed\n', stderr: MISSING });
  });

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['Docker', { docker: 'exit 0' }, {}],
    ['Java and Maven', { java: JAVA_17, mvn: 'exit 0' }, {}],
    ['a broker', {}, { KAFKA_BROKERS: '127.0.0.1:9092' }],
  ])('goes on to install its packages where there is %s', (_, programs, env) => {
    const { status, stdout, stderr } = run('demo.mjs', programs, env);
    expect([status, stdout, stderr]).toEqual([1, expect.stringContaining('npm ci'), 'spawn npm ENOENT\n']);
  });
});
