import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { severSocket } from './faults/sever.js';

export type Handler = (req: IncomingMessage, res: ServerResponse) => void;

/** One port that can really be closed, so that connections are refused, and opened again on the same number. */
export class Listener {
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();

  constructor(
    private readonly host: string,
    private port: number,
    private readonly handler: Handler,
  ) {}

  /** Opens the port; resolves to its number, the same one every time. */
  async open(): Promise<number> {
    if (this.#server) return this.port;
    const server = createServer(
      { keepAliveTimeout: 120_000, requestTimeout: 0, headersTimeout: 60_000, noDelay: true },
      this.handler,
    );
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, this.host, 1024, resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    return this.port;
  }

  /** Stops listening; open connections stay. */
  closePort(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  /** Resets every connection but those that `isSpared` names. */
  resetConnections(isSpared: (socket: Socket) => boolean): void {
    for (const socket of this.#sockets) if (!isSpared(socket)) severSocket(socket, 'reset');
  }

  /** Closes the port and every connection; resolves when the port is free. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = server && new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
