import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { type NodeProcess, spawnNode } from './node-process.js';

const NODE_OPTIONS = '--experimental-strip-types --disable-warning=ExperimentalWarning';

/** Another process that drew a port and does nothing with it. */
async function neighbour(): Promise<{ process: NodeProcess; port: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'free-port-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const script = join(folder, 'neighbour.mjs');
  const source = import.meta.resolve('./free-port.ts');
  writeFileSync(
    script,
    `import { freePort } from ${JSON.stringify(source)};
    console.log('port', await freePort());
    setInterval(() => undefined, 1000);`,
  );
  const process = await spawnNode(script, { NODE_OPTIONS });
  onTestFinished(async () => {
    await process.stop();
  });
  const port = await eventually(() => /port (\d+)/.exec(process.stdout)?.[1] ?? false, {
    what: `the port of the neighbour ${process.stderr}`,
  });
  return { process, port: Number(port) };
}

it('a port that was drawn is given to nobody else, though nothing listens there', async () => {
  const port = await freePort();
  const drawn = [port, port, port + 1];
  expect(await freePort(() => drawn.shift() ?? port + 2)).toBeGreaterThan(port);
});

it('a port of another process is given to nobody until that process is gone', async () => {
  const { process, port } = await neighbour();
  await expect(freePort(() => port)).rejects.toThrow('none of 100 ports');
  await process.kill('SIGKILL');
  expect(await freePort(() => port)).toBe(port);
});

it('a port where somebody listens is passed over, and is free when they are gone', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(freePort(() => port)).rejects.toThrow('none of 100 ports');
  server.close();
  await once(server, 'close');
  expect(await freePort(() => port)).toBe(port);
});
