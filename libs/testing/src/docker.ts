/**
 * Containers through testcontainers, with two things of our own: a fixed host port, so that a broker can announce it
 * before it runs and keeps it over a restart; and removal without Ryuk (its image cannot be had everywhere): at exit,
 * and by label at the next start after a run that was killed.
 */
import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import type { ContainerRuntimeClient } from 'testcontainers';
import { atExit } from './at-exit.js';
import { freePort } from './free-port.js';
import { processStart } from './process-start.js';

type Container = ReturnType<ContainerRuntimeClient['container']['getById']>;

const PULL_TIMEOUT_MS = 300_000;
const START_TIMEOUT_MS = 120_000;
const HALT_TIMEOUT_S = 20;
const OWNER_LABEL = 'customer-onboarding.testing.owner';

/** Why there is no container, as a part of a sentence. */
export class NoContainer {
  constructor(readonly reason: string) {}
}

export interface ContainerRequest {
  image: string;
  /** Inside the container. */
  port: number;
  /** `address` is how clients on this host reach the port. */
  environment: (address: string) => Record<string, string>;
}

/** `address` stays the same over `halt`, `start`, `pause` and `resume`; `remove` takes its data with it. */
export interface OwnContainer {
  address: string;
  halt: () => Promise<void>;
  start: () => Promise<void>;
  pause: () => Promise<void>;
  resume: () => Promise<void>;
  remove: () => Promise<void>;
}

/** Starts the image, pulling it when it is not there; does not wait until the program in it is ready. */
export async function startContainer(request: ContainerRequest): Promise<OwnContainer | NoContainer> {
  if (process.env.TESTING_PARTS === 'process') return new NoContainer('TESTING_PARTS=process forbids containers');
  process.env.TESTCONTAINERS_RYUK_DISABLED ??= 'true';
  const { GenericContainer, getContainerRuntimeClient } = await import('testcontainers');
  const client = await getContainerRuntimeClient().catch(() => undefined);
  if (!client) return new NoContainer('no Docker daemon answers');
  if (!(await hasImage(client, request.image))) {
    const reason = `Docker has no image ${request.image} and cannot pull it`;
    console.error(`${reason}: using a local process`);
    return new NoContainer(reason);
  }
  await removeStale(client);
  const host = client.info.containerRuntime.host;
  const port = await freePort();
  const address = `${host === 'localhost' ? '127.0.0.1' : host}:${port}`;
  const started = await new GenericContainer(request.image)
    .withEnvironment(request.environment(address))
    .withExposedPorts({ container: request.port, host: port })
    .withLabels({ [OWNER_LABEL]: `${hostname()}:${process.pid}:${processStart(process.pid)}` })
    .withStartupTimeout(START_TIMEOUT_MS)
    .start();
  const container = client.container.getById(started.getId());
  const forget = atExit(() => void spawnSync('docker', ['rm', '-f', '-v', container.id], { stdio: 'ignore' }));
  return {
    ...controls(container),
    address,
    remove: async () => {
      await container.remove({ force: true, v: true });
      forget();
    },
  };
}

/** As signals to a process: doing twice what is done already changes nothing, and a frozen program is thawed to end it. */
function controls(container: Container): Pick<OwnContainer, 'halt' | 'start' | 'pause' | 'resume'> {
  const stateOf = async () => (await container.inspect()).State;
  const resume = async () => {
    if ((await stateOf()).Paused) await container.unpause();
  };
  return {
    halt: async () => {
      await resume();
      if ((await stateOf()).Running) await container.stop({ t: HALT_TIMEOUT_S });
    },
    start: async () => {
      if (!(await stateOf()).Running) await container.start();
    },
    pause: async () => {
      const { Running, Paused } = await stateOf();
      if (Running && !Paused) await container.pause();
    },
    resume,
  };
}

async function hasImage(client: ContainerRuntimeClient, name: string): Promise<boolean> {
  const { ImageName } = await import('testcontainers');
  const image = ImageName.fromString(name);
  if (await client.image.exists(image)) return true;
  console.error(`pulling ${name} …`);
  const tooLong = AbortSignal.timeout(PULL_TIMEOUT_MS);
  const expired = new Promise<false>((resolve) => tooLong.addEventListener('abort', () => resolve(false)));
  const pulled = client.image.pull(image).then(
    () => true,
    () => false,
  );
  return Promise.race([pulled, expired]);
}

async function removeStale(client: ContainerRuntimeClient): Promise<void> {
  const { dockerode } = client.container;
  const ours = await dockerode.listContainers({ all: true, filters: { label: [OWNER_LABEL] } });
  for (const { Id, Labels } of ours) {
    const [host, pid, start] = (Labels[OWNER_LABEL] ?? '').split(':');
    if (host !== hostname() || (start !== '' && processStart(Number(pid)) === start)) continue;
    await dockerode.getContainer(Id).remove({ force: true, v: true }).catch(ignoreGone);
  }
}

function ignoreGone(error: unknown): void {
  // Another run that starts at the same time may be removing it: 404, or 409 while it is under way.
  const status = (error as { statusCode?: number }).statusCode;
  if (status !== 404 && status !== 409) throw error;
}
