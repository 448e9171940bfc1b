import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'onboarding-'));
const [fresh, built] = [join(folder, 'fresh'), join(folder, 'built')];
const MAIN = `
  process.on('SIGTERM', () => process.exit(4));
  process.stdout.write(JSON.stringify(process.argv.slice(2)) + '\\n');
  if (process.argv[2] === 'exit') process.exit(Number(process.argv[3]));
  setInterval(() => undefined, 1000);`;

beforeAll(() => {
  for (const project of [fresh, built]) {
    mkdirSync(join(project, 'scripts'), { recursive: true });
    copyFileSync(join(import.meta.dirname, 'onboarding.mjs'), join(project, 'scripts/onboarding.mjs'));
  }
  const app = join(built, 'dist/apps/operations-cli/src');
  mkdirSync(app, { recursive: true });
  mkdirSync(join(built, 'node_modules'));
  writeFileSync(join(app, 'main.js'), MAIN);
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(project: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const script = join(project, 'scripts/onboarding.mjs');
  return spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
}

describe('npx onboarding', () => {
  it('says in one sentence that the project is not built', () => {
    const { status, stdout, stderr } = run(fresh, 'list');
    expect([status, stdout, stderr.trim().split('\n').length]).toEqual([1, '', 1]);
    expect(stderr).toContain('npm run build');
    const json = run(fresh, 'list', '--json');
    expect([json.status, json.stderr]).toEqual([1, '']);
    expect(JSON.parse(json.stdout)).toEqual({ error: { code: 'NOT_BUILT', message: stderr.trim() } });
  });

  it('hands its arguments over and ends as the command does', () => {
    const { status, stdout } = run(built, 'exit', '3', 'a b');
    expect([status, JSON.parse(stdout)]).toEqual([3, ['exit', '3', 'a b']]);
  });

  it('leaves to the command what a signal means', async () => {
    const child = spawn(process.execPath, [join(built, 'scripts/onboarding.mjs'), 'wait']);
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([4, null]);
  });
});
