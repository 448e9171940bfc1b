/** The runner of these tests is a program of its own here, because it has to die. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processStart } from './process-start.js';
import { eventually } from './eventually.js';
import { spawnNode, type NodeProcess } from './node-process.js';
import { endStaleRuns } from './run-folder.js';

const sources = `import { registerHooks } from 'node:module';
  registerHooks({
    resolve: (name, context, next) => {
      try {
        return next(name, context);
      } catch {
        return next(name.replace(/\\.js$/, '.ts'), context);
      }
    },
  });`;
const NODE_OPTIONS = [
  '--experimental-transform-types',
  '--disable-warning=ExperimentalWarning',
  `--import=data:text/javascript,${encodeURIComponent(sources)}`,
].join(' ');

let folder: string;
let child: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-folder-'));
  child = script('child', 'setInterval(() => undefined, 1000);');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function script(name: string, source: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, source);
  return path;
}

/** A runner with one child; `last` is what it does then. */
async function runner(last: string): Promise<{ parent: NodeProcess; childPid: number }> {
  const source = `
    import { spawnNode } from ${JSON.stringify(import.meta.resolve('./node-process.ts'))};
    const child = await spawnNode(${JSON.stringify(child)});
    console.log('child', child.pid);
    ${last}`;
  const parent = await spawnNode(script(`parent-${crypto.randomUUID()}`, source), { NODE_OPTIONS });
  const childPid = await eventually(
    () => {
      const pid = /child (\d+)/.exec(parent.stdout)?.[1];
      if (pid === undefined) throw new Error(parent.stderr);
      return Number(pid);
    },
    { what: 'the child of the runner' },
  );
  return { parent, childPid };
}

function isAlive(pid: number): boolean {
  return processStart(pid) !== '';
}

const lives = 'setInterval(() => undefined, 1000);';

describe('a runner', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'that gets %s ends its children and then by that signal',
    async (signal) => {
      const { parent, childPid } = await runner(lives);
      expect(isAlive(childPid)).toBe(true);
      expect(await parent.kill(signal)).toEqual({ code: null, signal });
      await eventually(() => !isAlive(childPid), { what: 'the end of the child' });
    },
  );

  it.each([
    ['exits', 'setTimeout(() => process.exit(3), 20);', 3],
    ['throws', `setTimeout(() => { throw new Error('thrown'); }, 20);`, 1],
  ])('that %s ends its children', async (_, last, code) => {
    const { parent, childPid } = await runner(last);
    expect(await parent.exited).toEqual({ code, signal: null });
    await eventually(() => !isAlive(childPid), { what: 'the end of the child' });
    await parent.stop();
  });

  it('ends by SIGTERM also where testcontainers listens to it', async () => {
    const { parent, childPid } = await runner(`
      await import(${JSON.stringify(import.meta.resolve('testcontainers'))});
      console.log('listening');
      ${lives}`);
    await eventually(() => parent.stdout.includes('listening'), { what: 'testcontainers to be loaded' });
    expect(await parent.stop(5_000)).toEqual({ code: null, signal: 'SIGTERM' });
    await eventually(() => !isAlive(childPid), { what: 'the end of the child' });
  });

  it('that ends before a child began removes its folder', async () => {
    const { parent } = await runner(`
      const { createRunFolder } = await import(${JSON.stringify(import.meta.resolve('./run-folder.ts'))});
      console.log('folder', createRunFolder('empty'));
      setTimeout(() => process.exit(0), 20);`);
    await parent.exited;
    const made = /folder (.+)/.exec(parent.stdout)?.[1] ?? '';
    expect(made).toContain('empty-');
    expect(existsSync(made)).toBe(false);
    await parent.stop();
  });

  it('that handles SIGTERM itself keeps its children until it exits', async () => {
    const { parent, childPid } = await runner(`
      process.on('SIGTERM', () => {
        // After all other listeners of the signal.
        setTimeout(() => {
          console.log('child there:', !child.hasExited && process.kill(child.pid, 0));
          process.exit(0);
        }, 50);
      });
      ${lives}`);
    expect(await parent.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(parent.stdout).toContain('child there: true');
    await eventually(() => !isAlive(childPid), { what: 'the end of the child' });
  });

  it('that was killed leaves children, which the next run ends; those of a living run stay', async () => {
    const [killed, living] = await Promise.all([runner(lives), runner(lives)]);
    process.kill(killed.parent.pid, 'SIGKILL');
    await killed.parent.exited;
    expect(isAlive(killed.childPid)).toBe(true);
    // Another run on this machine may be the one that ends it.
    endStaleRuns();
    await eventually(() => !isAlive(killed.childPid), { what: 'the end of the left child' });
    expect(isAlive(living.childPid)).toBe(true);
    await Promise.all([killed.parent.stop(), living.parent.stop()]);
    await eventually(() => !isAlive(living.childPid), { what: 'the end of the other child' });
  });
});
