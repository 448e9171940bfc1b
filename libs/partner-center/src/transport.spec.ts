import type { Dispatcher } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { deadUrl, startHttpServer, startRawServer, type Answer } from '../test-support/local-server.js';
import { Exchange, MAX_ANSWER_BYTES } from './exchange.js';
import { Transport, type TransportOptions, type WireRequest } from './transport.js';

const POST: WireRequest = { method: 'POST', path: '/v1/customers', headers: ['Accept', '*/*'], body: '{"a":1}' };
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const start = { mayStart: () => true };

describe('Transport', () => {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  function transport(baseUrl: string, overrides: Partial<TransportOptions> = {}): Transport {
    const made = new Transport({ baseUrl, connections: 1, timeoutMs: 2_000, ...overrides });
    cleanups.push(() => made.close());
    return made;
  }
  async function raw(...args: Parameters<typeof startRawServer>) {
    const server = await startRawServer(...args);
    cleanups.push(() => server.close());
    return server;
  }
  async function http(answer: Answer) {
    const server = await startHttpServer(answer);
    cleanups.push(() => server.close());
    return server;
  }

  it('asks the gate when the socket is ready and writes no byte if it is closed', async () => {
    const server = await raw((socket) => socket.write(OK));
    const connectedWhenAsked: number[] = [];
    const client = transport(server.url);
    const mayStart = () => {
      connectedWhenAsked.push(1);
      return false;
    };
    expect(await client.send('x', POST, { mayStart })).toMatchObject({ kind: 'not-sent', why: 'gate-closed' });
    // The next request proves that the first left nothing behind on the wire, and uses the same socket.
    expect(await client.send('x', { ...POST, body: '{"b":2}' }, start)).toMatchObject({
      kind: 'answered',
      status: 200,
    });
    expect(connectedWhenAsked).toHaveLength(1);
    expect(server.connections).toBe(1);
    expect(server.received().match(/POST /g)).toHaveLength(1);
    expect(server.received()).not.toContain('{"a":1}');
  });

  it('asks the gate again on a socket that is used again', async () => {
    const server = await raw((socket) => socket.write(OK));
    const client = transport(server.url);
    await client.send('x', POST, start);
    expect(await client.send('x', POST, { mayStart: () => false })).toMatchObject({ why: 'gate-closed' });
    expect(server.received().match(/POST /g)).toHaveLength(1);
  });

  it('does not ask the gate while the socket is busy', async () => {
    let release = () => {};
    const server = await raw((socket) => (release = () => socket.write(OK)));
    let inFlight = 0;
    const client = transport(server.url, { onInFlight: (n) => (inFlight = n) });
    const first = client.send('x', POST, start);
    await until(() => server.received().includes('{"a":1}'));
    let asked = false;
    const second = client.send('x', POST, { mayStart: () => (asked = true) });
    await turn();
    expect([asked, inFlight]).toEqual([false, 1]);
    release();
    await first;
    await until(() => asked);
    release();
    expect(await second).toMatchObject({ status: 200 });
    expect(inFlight).toBe(0);
  });

  it('never repeats a POST whose kept-alive socket is closed before the answer', async () => {
    let requests = 0;
    const server = await raw((socket) => (++requests === 1 ? socket.write(OK) : socket.destroy()));
    const client = transport(server.url);
    await client.send('x', POST, start);
    expect(await client.send('x', POST, start)).toEqual({ kind: 'lost', why: 'connection-lost' });
    expect(server.received().match(/POST /g)).toHaveLength(2);
    expect(server.connections).toBe(1);
  });

  it('never repeats a GET either', async () => {
    const server = await raw((socket) => socket.end());
    const request: WireRequest = { method: 'GET', path: '/', headers: [] };
    expect(await transport(server.url).send('x', request, start)).toEqual({ kind: 'lost', why: 'connection-lost' });
    expect(server.received().match(/GET /g)).toHaveLength(1);
  });

  it('begins the time-out with the first byte, not while waiting for a socket', async () => {
    let requests = 0;
    const server = await raw((socket) => (++requests === 1 ? undefined : socket.write(OK)));
    const client = transport(server.url, { timeoutMs: 150 });
    const [first, second] = await Promise.all([client.send('x', POST, start), client.send('x', POST, start)]);
    expect(first).toEqual({ kind: 'lost', why: 'timeout' });
    // Waited 150 ms for the only socket, then was sent and answered.
    expect(second).toMatchObject({ kind: 'answered', status: 200 });
  });

  it('keeps status and headers of an answer that is cut off, and says so', async () => {
    const server = await raw((socket) =>
      socket.end('HTTP/1.1 201 Created\r\ncontent-length: 100\r\nms-cv: a\r\n\r\n{"id":'),
    );
    expect(await transport(server.url).send('x', POST, start)).toMatchObject({
      kind: 'answered',
      status: 201,
      headers: { 'ms-cv': 'a' },
      damage: 'connection-lost',
      text: '',
    });
  });

  it('tells an answer that stops in the middle from one that never began', async () => {
    const server = await raw((socket) => socket.write('HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\n{"id":'));
    const answer = await transport(server.url, { timeoutMs: 100 }).send('x', POST, start);
    expect(answer).toMatchObject({ status: 201, damage: 'timeout' });
  });

  it('stops reading an answer beyond its bound', async () => {
    const server = await http((_, response) => response.end('x'.repeat(MAX_ANSWER_BYTES + 1)));
    expect(await transport(server.url).send('x', POST, start)).toMatchObject({ damage: 'too-large', text: '' });
    const exact = await http((_, response) => response.end('x'.repeat(MAX_ANSWER_BYTES)));
    const whole = await transport(exact.url).send('x', POST, start);
    expect(whole).toMatchObject({ damage: null });
  });

  it('ignores interim answers and drops a byte order mark', async () => {
    const server = await raw((socket) =>
      socket.write(
        'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n\xef\xbb\xbf{}',
        'latin1',
      ),
    );
    expect(await transport(server.url).send('x', POST, start)).toMatchObject({ status: 200, text: '{}', damage: null });
  });

  it('never follows a redirect', async () => {
    const server = await http((_, response) => response.writeHead(307, { location: '/elsewhere' }).end());
    expect(await transport(server.url).send('x', POST, start)).toMatchObject({ status: 307 });
    expect(server.seen).toHaveLength(1);
  });

  it('reads an answer that is no HTTP as a lost connection', async () => {
    const server = await raw((socket) => socket.write('SSH-2.0-OpenSSH\r\n'));
    expect(await transport(server.url).send('x', POST, start)).toEqual({ kind: 'lost', why: 'connection-lost' });
  });

  it.each([
    ['connection', async () => deadUrl()],
    ['dns', async () => 'http://no-such-host.invalid'],
    ['tls', async () => (await raw((socket) => socket.write('no TLS here'))).url.replace('http:', 'https:')],
  ])('knows that nothing was sent when it fails on %s', async (why, url) => {
    const answer = await transport(await url()).send('x', POST, start);
    expect(answer).toMatchObject({ kind: 'not-sent', why });
  });

  it('refuses header values that would break the request, without sending', async () => {
    const server = await raw((socket) => socket.write(OK));
    const request = { ...POST, headers: ['MS-RequestId', 'a\r\nEvil: 1'] };
    expect(await transport(server.url).send('x', request, start)).toMatchObject({ kind: 'not-sent' });
    expect(server.received()).toBe('');
  });

  it('answers every request when connections are refused, with more requests than sockets', async () => {
    const url = await deadUrl();
    const client = transport(url, { connections: 2 });
    const refused = await Promise.all(Array.from({ length: 6 }, () => client.send('x', POST, start)));
    expect(refused.every((answer) => answer.kind === 'not-sent')).toBe(true);
    const again = await Promise.all(Array.from({ length: 6 }, () => client.send('x', POST, start)));
    expect(again.every((answer) => answer.kind === 'not-sent')).toBe(true);
  });

  it('ends a cancelled call: unclear once written, not sent before', async () => {
    const server = await raw(() => undefined);
    const client = transport(server.url);
    const abort = new AbortController();
    const written = client.send('x', POST, { ...start, signal: abort.signal });
    await until(() => server.received().includes('{"a":1}'));
    const waiting = client.send('x', POST, { ...start, signal: abort.signal });
    abort.abort();
    expect(await written).toEqual({ kind: 'lost', why: 'connection-lost' });
    expect(await waiting).toMatchObject({ kind: 'not-sent', why: 'gate-closed' });
    expect(await client.send('x', POST, { ...start, signal: abort.signal })).toMatchObject({ kind: 'not-sent' });
    expect(server.received().match(/POST /g)).toHaveLength(1);
  });

  it('never sends a call that was cancelled while it waited for a socket', async () => {
    const server = await raw((socket, chunk) => {
      if (chunk.includes('{"c":3}')) socket.write(OK);
    });
    const client = transport(server.url, { timeoutMs: 100 });
    const first = client.send('x', POST, start);
    const abort = new AbortController();
    const cancelled = client.send('x', { ...POST, body: '{"b":2}' }, { ...start, signal: abort.signal });
    const last = client.send('x', { ...POST, body: '{"c":3}' }, start);
    abort.abort();
    expect(await cancelled).toMatchObject({ kind: 'not-sent' });
    expect(await first).toEqual({ kind: 'lost', why: 'timeout' });
    expect(await last).toMatchObject({ status: 200 });
    expect(server.received()).not.toContain('{"b":2}');
  });

  it('has no answer when only an interim one came', async () => {
    const server = await raw((socket) => socket.end('HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n'));
    expect(await transport(server.url).send('x', POST, start)).toEqual({ kind: 'lost', why: 'connection-lost' });
  });

  it('refuses to start a request twice', () => {
    const noop = () => undefined;
    const exchange = new Exchange({ mayStart: () => true, timeoutMs: 1, onStarted: noop, onFinished: noop });
    const controller = { abort: noop } as unknown as Dispatcher.DispatchController;
    exchange.onRequestStart(controller);
    expect(() => exchange.onRequestStart(controller)).toThrow('started once');
    exchange.cancel();
  });

  it('ends everything when it is closed', async () => {
    const server = await raw(() => undefined);
    const client = transport(server.url);
    const written = client.send('x', POST, start);
    await until(() => server.received().includes('{"a":1}'));
    const waiting = client.send('x', POST, start);
    await client.close();
    expect(await written).toEqual({ kind: 'lost', why: 'connection-lost' });
    expect(await waiting).toMatchObject({ kind: 'not-sent', why: 'gate-closed' });
    expect(await client.send('x', POST, start)).toMatchObject({ kind: 'not-sent', why: 'gate-closed' });
  });

  it('works below a base address with a path', async () => {
    const server = await http((_, response) => response.end('{}'));
    await transport(`${server.url}/proxy/`).send('x', POST, start);
    expect(server.seen[0]?.url).toBe('/proxy/v1/customers');
  });
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${String(condition)}`);
    await turn();
  }
}
