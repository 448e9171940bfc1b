export type { ExitStatus } from './child.js';
export { eventually, type EventuallyOptions } from './eventually.js';
export { freePort } from './free-port.js';
export { startKafka, type KafkaInstance, type StartOptions } from './kafka.js';
export { MutableClock } from './mutable-clock.js';
export { spawnNode, type NodeProcess, type SpawnOptions } from './node-process.js';
export { startPostgres, type PostgresInstance } from './postgres.js';
