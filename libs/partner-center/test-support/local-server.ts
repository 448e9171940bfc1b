import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface LocalServer {
  url: string;
  seen: SeenRequest[];
  close: () => Promise<void>;
}

export type Answer = (request: SeenRequest, response: ServerResponse, nth: number) => void;

/** An HTTP server on a free loopback port that keeps what it saw and answers as told. */
export async function startHttpServer(answer: Answer): Promise<LocalServer> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
      seen.push(one);
      answer(one, response, seen.length);
    });
  });
  const url = await listen(server);
  return {
    url,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export interface RawServer {
  url: string;
  connections: number;
  /** All bytes that arrived, of all connections. */
  received: () => string;
  close: () => Promise<void>;
}

/** A TCP server that hands every chunk it reads to `onChunk`, with the number of the connection from 1. */
export async function startRawServer(
  onChunk: (socket: Socket, chunk: string, connection: number) => void,
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const chunks: string[] = [];
  const server = createTcpServer((socket) => {
    const connection = ++raw.connections;
    sockets.add(socket);
    socket.on('error', () => sockets.delete(socket));
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (data) => {
      chunks.push(data.toString('latin1'));
      onChunk(socket, data.toString('latin1'), connection);
    });
  });
  const raw: RawServer = {
    url: '',
    connections: 0,
    received: () => chunks.join(''),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  raw.url = await listen(server);
  return raw;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address on which nothing listens. */
export async function deadUrl(): Promise<string> {
  const server = await startRawServer(() => undefined);
  await server.close();
  return server.url;
}

export function sendJson(response: ServerResponse, status: number, value: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof value === 'string' ? value : JSON.stringify(value));
}
