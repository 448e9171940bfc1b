/**
 * Ports for servers that are to keep them, also while they are down: a broker that is restarted must find its port
 * again. A port belongs to the process that drew it until that process ends. The mark is the UDP port of the same number,
 * which none of our servers uses: the system lets one process have it, of any checkout and any user, and frees it when
 * that process is gone, however it ended. A file would outlive a process that was killed.
 */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

// Below the range from which systems take ports for outgoing connections.
const LOWEST = 10_240;
const HIGHEST = 32_000;
const TRIES_MAX = 100;

/** A port of 127.0.0.1 that nothing listens on; nobody else is given it before this process ends. */
export async function freePort(draw = () => randomInt(LOWEST, HIGHEST)): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const port = draw();
    const giveUp = await reserve(port);
    if (giveUp === null) continue;
    if (await isFree(port)) return port;
    giveUp();
  }
  throw new Error(`none of ${TRIES_MAX} ports between ${LOWEST} and ${HIGHEST} is free`);
}

/** Null when the port is somebody's; otherwise it is this process's, until the returned function is called. */
function reserve(port: number): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    const mark = createSocket('udp4');
    mark.once('error', () => mark.close(() => resolve(null)));
    // Exclusive, lest processes that node:cluster forked share it; nobody has to wait for it to end.
    mark.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(() => mark.close()));
    mark.unref();
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
