import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processStart } from './process-start.js';
import { eventually } from './eventually.js';
import { spawnNode } from './node-process.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'node-process-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function script(name: string, source: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, source);
  return path;
}

const ticking = `let n = 0; console.log('ready'); setInterval(() => console.log(++n), 5);`;

function isAlive(pid: number): boolean {
  return processStart(pid) !== '';
}

describe('a spawned Node program', () => {
  it('gets only the environment it is given, and its output and exit code are kept', async () => {
    process.env.LEAKED_SETTING = 'from the runner';
    const source = `
      console.log(JSON.stringify([process.env.LEAKED_SETTING ?? null, process.env.GIVEN, process.argv.at(-1)]));
      console.error('to stderr');
      process.exit(78);`;
    const program = await spawnNode(script('exits', source), { GIVEN: 'yes' }, { args: ['--flag'] });
    expect(await program.exited).toEqual({ code: 78, signal: null });
    expect(JSON.parse(program.stdout)).toEqual([null, 'yes', '--flag']);
    expect(program.stderr).toBe('to stderr\n');
    await program.stop();
  });

  it('is silent while frozen and goes on when thawed', async () => {
    const program = await spawnNode(script('ticks', ticking));
    await eventually(() => program.stdout.includes('3'), { what: 'the first ticks' });
    program.freeze();
    let frozenAt = '';
    const isSilent = () => {
      const before = frozenAt;
      frozenAt = program.stdout;
      return frozenAt === before;
    };
    await eventually(isSilent, { what: 'silence', intervalMs: 50 });
    program.thaw();
    await eventually(() => program.stdout.length > frozenAt.length, { what: 'more ticks' });
    expect(await program.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    expect(isAlive(program.pid)).toBe(false);
  });

  it('ends with SIGKILL when SIGTERM is ignored, also while frozen', async () => {
    const source = `process.on('SIGTERM', () => undefined); ${ticking}`;
    const program = await spawnNode(script('stubborn', source));
    await eventually(() => program.stdout.includes('ready'), { what: 'the program' });
    program.freeze();
    expect(await program.stop(50)).toEqual({ code: null, signal: 'SIGKILL' });
  });
});
