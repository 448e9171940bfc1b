/**
 * Asks a broker which requests it knows before anything relies on them: kafkajs sends its own highest version and
 * never looks at a broker's lowest, so a floor that rose, or a broker without transactions, would show only later and
 * as an unclear error. ApiVersions v0 is understood by every broker, also before authentication.
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { DEFAULT_CONNECTION_TIMEOUT_MS, tlsOptions, type KafkaSettings } from './client.js';

/** The cluster cannot do what the relay or the intake needs (contract 6: Apache Kafka ≥ 3.7 with transactions). */
export class BrokerUnsupportedError extends Error {
  readonly code = 'BROKER_UNSUPPORTED';
  override readonly name = 'BrokerUnsupportedError';
}

/** No broker of the list answered; worth another try. */
export class BrokerUnreachableError extends Error {
  readonly code = 'BROKER_UNREACHABLE';
  override readonly name = 'BrokerUnreachableError';
}

interface Need {
  readonly key: number;
  readonly name: string;
  /** Lowest version that carries what we use (record headers, transactions), highest that kafkajs 2.2.4 speaks. */
  readonly lowest: number;
  readonly highest: number;
}

const NEEDS: readonly Need[] = [
  { key: 0, name: 'Produce', lowest: 3, highest: 7 },
  { key: 1, name: 'Fetch', lowest: 4, highest: 11 },
  { key: 2, name: 'ListOffsets', lowest: 1, highest: 3 },
  { key: 3, name: 'Metadata', lowest: 4, highest: 6 },
  { key: 8, name: 'OffsetCommit', lowest: 2, highest: 5 },
  { key: 9, name: 'OffsetFetch', lowest: 1, highest: 4 },
  { key: 10, name: 'FindCoordinator', lowest: 1, highest: 2 },
  { key: 11, name: 'JoinGroup', lowest: 0, highest: 5 },
  { key: 22, name: 'InitProducerId', lowest: 0, highest: 1 },
  { key: 24, name: 'AddPartitionsToTxn', lowest: 0, highest: 1 },
  { key: 25, name: 'AddOffsetsToTxn', lowest: 0, highest: 1 },
  { key: 26, name: 'EndTxn', lowest: 0, highest: 1 },
  { key: 28, name: 'TxnOffsetCommit', lowest: 0, highest: 1 },
  { key: 32, name: 'DescribeConfigs', lowest: 0, highest: 2 },
];
const MAX_RESPONSE_BYTES = 65_536;
const CORRELATION_ID = 1;

/** Version ranges by request key, as a broker states them. */
export type ApiVersions = ReadonlyMap<number, { readonly min: number; readonly max: number }>;

/**
 * Throws {@link BrokerUnsupportedError} naming every request the cluster lacks, {@link BrokerUnreachableError} when
 * no broker of the list answers. The first broker that answers speaks for the cluster.
 */
export async function checkBrokerSupport(settings: KafkaSettings): Promise<void> {
  const failures: unknown[] = [];
  for (const address of settings.brokers) {
    const versions = await fetchApiVersions(address, settings).catch((error: unknown) => void failures.push(error));
    if (versions === undefined) continue;
    const missing = missingRequests(versions);
    if (missing.length === 0) return;
    throw new BrokerUnsupportedError(`Kafka broker ${address} cannot be used: ${missing.join('; ')}`);
  }
  const cause = failures.length === 1 ? failures[0] : new AggregateError(failures);
  throw new BrokerUnreachableError(`No Kafka broker answered: ${settings.brokers.join(', ')}`, { cause });
}

/** What is lacking, one phrase a request; empty when all is there. */
export function missingRequests(versions: ApiVersions): string[] {
  return NEEDS.flatMap(({ key, name, lowest, highest }) => {
    const range = versions.get(key);
    if (range === undefined) return [`it has no ${name}`];
    if (range.max < lowest) return [`its ${name} ends at version ${range.max}, ${lowest} is needed`];
    if (range.min > highest) return [`its ${name} begins at version ${range.min}, this client ends at ${highest}`];
    return [];
  });
}

async function fetchApiVersions(address: string, settings: KafkaSettings): Promise<ApiVersions> {
  const socket = openSocket(address, settings);
  socket.setTimeout(settings.connectionTimeoutMs ?? DEFAULT_CONNECTION_TIMEOUT_MS, () =>
    socket.destroy(new Error(`${address} did not answer in time`)),
  );
  try {
    socket.write(apiVersionsRequest(settings.clientId));
    let received = Buffer.alloc(0);
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4) continue;
      const size = received.readInt32BE(0);
      if (size < 0 || size > MAX_RESPONSE_BYTES) throw new Error(`${address} does not speak the Kafka protocol`);
      if (received.length >= size + 4) return parseApiVersions(received.subarray(4, size + 4));
    }
    throw new Error(`${address} closed the connection`);
  } finally {
    socket.destroy();
  }
}

function openSocket(address: string, { ssl }: KafkaSettings): Socket {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  const port = Number(address.slice(colon + 1));
  if (ssl === null) return connectTcp({ host, port });
  // A server is named by its name only (RFC 6066), as kafkajs does it.
  return connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }), ...tlsOptions(ssl) });
}

function apiVersionsRequest(clientId: string): Buffer {
  const client = Buffer.from(clientId);
  const request = Buffer.alloc(14 + client.length);
  request.writeInt32BE(10 + client.length, 0);
  request.writeInt16BE(18, 4);
  request.writeInt16BE(0, 6);
  request.writeInt32BE(CORRELATION_ID, 8);
  request.writeInt16BE(client.length, 12);
  client.copy(request, 14);
  return request;
}

/** Reads an ApiVersions v0 answer without its size: correlation id, error code, then key, lowest, highest by request. */
function parseApiVersions(body: Buffer): ApiVersions {
  const error = body.readInt16BE(4);
  if (error !== 0) throw new Error(`ApiVersions was answered with error ${error}`);
  const count = body.readInt32BE(6);
  const versions = new Map<number, { min: number; max: number }>();
  for (let i = 0, at = 10; i < count; i++, at += 6) {
    versions.set(body.readInt16BE(at), { min: body.readInt16BE(at + 2), max: body.readInt16BE(at + 4) });
  }
  return versions;
}
