import { NoContainer, startContainer } from './docker.js';
import { createDatabase, waitForPostgres } from './postgres-client.js';
import type { OwnPostgres } from './postgres-settings.js';

const DEFAULT_IMAGE = 'postgres:17';
const PASSWORD = 'testing';

/** The image of POSTGRES_IMAGE; it has to read `POSTGRES_PASSWORD` as the official image does. */
export async function startPostgresContainer(): Promise<OwnPostgres | NoContainer> {
  const container = await startContainer({
    image: process.env.POSTGRES_IMAGE ?? DEFAULT_IMAGE,
    port: 5432,
    environment: () => ({ POSTGRES_PASSWORD: PASSWORD }),
  });
  if (container instanceof NoContainer) return container;
  const url = `postgres://postgres:${PASSWORD}@${container.address}/postgres`;
  try {
    await waitForPostgres(url);
  } catch (error) {
    await container.remove();
    throw error;
  }
  const start = async () => {
    await container.start();
    await waitForPostgres(url);
  };
  return {
    url,
    kind: 'container',
    createDatabase: (name) => createDatabase(url, name),
    halt: container.halt,
    start,
    restart: async () => {
      await container.halt();
      await start();
    },
    stop: container.remove,
  };
}
