/**
 * Stands between clients and one broker that announces the proxy's address, so that every connection goes through it.
 * It cuts the streams into requests and responses (a length, then api key or correlation id) and can hold back one of
 * them: the only way to stop a worker at an exact point of a Kafka transaction. What follows on the same connection
 * waits behind it. A client that dies meanwhile leaves its held request behind, like a packet that is still on its way.
 */
import { createServer, connect, type Server, type Socket } from 'node:net';

/** Api keys of the protocol that a transaction uses. */
const API_KEYS = {
  Produce: 0,
  InitProducerId: 22,
  AddPartitionsToTxn: 24,
  AddOffsetsToTxn: 25,
  EndTxn: 26,
  TxnOffsetCommit: 28,
} as const;

export interface HoldOptions {
  api: keyof typeof API_KEYS;
  /** `request`: the broker has not seen it; `response`: the broker has done it and the client does not know. */
  side: 'request' | 'response';
  /** Only of the client with this `KAFKA_CLIENT_ID`. */
  clientId: string;
}

/** One request or response that is, or will be, held back. */
export class Hold {
  private markReached: () => void = () => undefined;
  /** Called by the proxy. */
  markAnswered: () => void = () => undefined;
  private passOn: (() => void) | null = null;
  private isReleased = false;
  /** Resolves when one is held back. */
  readonly reached = new Promise<void>((resolve) => {
    this.markReached = resolve;
  });
  /** Resolves when the broker has answered the request. */
  readonly answered = new Promise<void>((resolve) => {
    this.markAnswered = resolve;
  });

  constructor(readonly options: HoldOptions) {}

  /** Called by the proxy with what lets the held bytes pass. */
  hold(passOn: () => void): void {
    this.passOn = passOn;
    this.markReached();
    // Released before it was reached: nothing is held, but only once the frame itself stands in the queue.
    if (this.isReleased) queueMicrotask(passOn);
  }

  /** Lets it pass, also when the client is long gone. */
  release(): void {
    this.isReleased = true;
    this.passOn?.();
  }
}

export class KafkaProxy {
  private target: string | null = null;
  private readonly holds = new Set<Hold>();
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly address: string,
  ) {}

  static async start(): Promise<KafkaProxy> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const proxy = new KafkaProxy(server, `127.0.0.1:${port}`);
    server.on('connection', (client) => proxy.connected(client));
    return proxy;
  }

  /** For `startKafka({ announce })`: told where the broker listens, says what it is to announce. */
  readonly announce = (listening: string): string => {
    this.target = listening;
    return this.address;
  };

  /** Holds back the next request or response that fits. */
  hold(options: HoldOptions): Hold {
    const hold = new Hold(options);
    this.holds.add(hold);
    return hold;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private connected(client: Socket): void {
    const [host = '', port = ''] = (this.target ?? '').split(':');
    const broker = connect(Number(port), host);
    const awaited = new Map<number, Hold>();
    const toBroker = new Stream();
    const toClient = new Stream();
    readFrames(client, (frame) => {
      const hold = this.takeHold(frame);
      if (hold?.options.side === 'request') toBroker.holdBack(hold);
      if (hold) awaited.set(correlationIdOf(frame), hold);
      toBroker.pass(() => broker.write(frame));
    });
    readFrames(broker, (frame) => {
      const correlationId = frame.readInt32BE(LENGTH_BYTES);
      const hold = awaited.get(correlationId);
      awaited.delete(correlationId);
      hold?.markAnswered();
      if (hold?.options.side === 'response') toClient.holdBack(hold);
      toClient.pass(() => client.destroyed || client.write(frame));
    });
    for (const socket of [client, broker]) {
      socket.setNoDelay(true);
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.sockets.delete(socket));
    }
    broker.on('close', () => client.destroy());
    // What is held back goes to the broker even after the client died, and needs a connection for its answer.
    client.on('close', () => toBroker.isHeldBack || broker.destroy());
  }

  private takeHold(request: Buffer): Hold | undefined {
    const apiKey = request.readInt16BE(LENGTH_BYTES);
    const clientId = clientIdOf(request);
    const fits = ({ options }: Hold): boolean => API_KEYS[options.api] === apiKey && options.clientId === clientId;
    const hold = [...this.holds].find(fits);
    if (hold) this.holds.delete(hold);
    return hold;
  }
}

/** One direction of a connection: from a held frame on everything waits, in order. */
class Stream {
  private waiting: (() => void)[] | null = null;

  get isHeldBack(): boolean {
    return this.waiting !== null;
  }

  /** The next action and all behind it wait until the hold is released. */
  holdBack(hold: Hold): void {
    this.waiting ??= [];
    hold.hold(() => {
      const actions = this.waiting ?? [];
      this.waiting = null;
      for (const action of actions) action();
    });
  }

  pass(action: () => void): void {
    if (this.waiting) this.waiting.push(action);
    else action();
  }
}

/** Request: length, api key (2), api version (2), correlation id (4), client id. Response: length, correlation id. */
const LENGTH_BYTES = 4;

function correlationIdOf(request: Buffer): number {
  return request.readInt32BE(LENGTH_BYTES + 4);
}

function clientIdOf(request: Buffer): string {
  const length = request.readInt16BE(LENGTH_BYTES + 8);
  return length < 0 ? '' : request.toString('utf8', LENGTH_BYTES + 10, LENGTH_BYTES + 10 + length);
}

/** Calls `onFrame` with each whole frame, its length included. */
function readFrames(socket: Socket, onFrame: (frame: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= LENGTH_BYTES && rest.length >= LENGTH_BYTES + rest.readInt32BE(0)) {
      const end = LENGTH_BYTES + rest.readInt32BE(0);
      onFrame(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  });
}
