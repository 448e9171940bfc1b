/**
 * A broker of our own. `halt` and `start` make an outage; its data, port and topics stay the same. What is so already is
 * no fault: `resume` of a broker that runs and `halt` of one that is down do nothing.
 */
export interface OwnKafka {
  /** `host:port`, as for KAFKA_BROKERS. */
  brokers: string;
  kind: 'process' | 'container';
  halt: () => Promise<void>;
  start: () => Promise<void>;
  /** Orderly end and new start; answers requests again when it resolves. */
  restart: () => Promise<void>;
  /** Freezes the broker: connections stay open and nothing answers. */
  pause: () => Promise<void>;
  resume: () => Promise<void>;
  /** Ends it and removes its data. */
  stop: () => Promise<void>;
}

/**
 * Each `host:port`. `client` is how clients on this host reach the broker; in a container it is bound to another address.
 * `announced` is what clients are told instead, when a proxy stands in front.
 */
export interface Listeners {
  client: string;
  clientBind?: string;
  /** For the broker itself: its transactions call it at an address that has to be reachable from where it runs. */
  broker: string;
  controller: string;
  announced?: string | undefined;
}

/** Told where a broker listens, gives the address that the broker is to announce to its clients. */
export type Announce = (listening: string) => string;

/**
 * server.properties of a single node: real behaviour, made small and quick to start. Topics are never made by
 * accident, internal topics have few partitions, a group does not wait for more members.
 */
export function brokerSettings(listeners: Listeners): Record<string, string> {
  const { client, clientBind = client, broker, controller, announced = client } = listeners;
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@${controller}`,
    listeners: `CLIENT://${clientBind},BROKER://${broker},CONTROLLER://${controller}`,
    'advertised.listeners': `CLIENT://${announced},BROKER://${broker}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CLIENT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'BROKER',
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': '0',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '8',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '4',
    'num.network.threads': '2',
    'num.io.threads': '4',
    'background.threads': '2',
    'log.cleaner.dedupe.buffer.size': '16777216',
  };
}
