/** A server of our own. `halt` and `start` make an outage; port and data stay the same. */
export interface OwnPostgres {
  /** Of a superuser, with an empty database; scenarios make one each with `createDatabase`. */
  url: string;
  kind: 'process' | 'container';
  /** Returns the URL of a new empty database; without a name a random one. */
  createDatabase: (name?: string) => Promise<string>;
  halt: () => Promise<void>;
  start: () => Promise<void>;
  /** Ends every connection in an orderly way; answers queries again when it resolves. */
  restart: () => Promise<void>;
  /** Ends it and removes its data. */
  stop: () => Promise<void>;
}

/** Durable as in production (`fsync` stays on); only connections are more than the default 100: files run side by side. */
export const serverFlags = ['-c', 'max_connections=600'];
