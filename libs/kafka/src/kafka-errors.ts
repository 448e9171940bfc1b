/** Longest chain of causes that is looked at. */
const MAX_CAUSES = 10;

/**
 * Names and protocol types (such as `TOPIC_AUTHORIZATION_FAILED`) of an error and of everything that caused it:
 * kafkajs wraps what the broker said in one or two errors of its own.
 */
export function errorTypes(error: unknown): string[] {
  const types: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < MAX_CAUSES && typeof current === 'object' && current !== null; depth++) {
    const { name, type, cause } = current as { name?: unknown; type?: unknown; cause?: unknown };
    if (typeof name === 'string') types.push(name);
    if (typeof type === 'string') types.push(type);
    current = cause;
  }
  return types;
}

/**
 * Errors that no new consumer gets past: rights, credentials, versions, settings. Everything else is met with a new
 * consumer, also errors kafkajs calls "not retriable": a fault of its own, or a TypeError, is often gone with it.
 */
const FATAL = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'KafkaJSSASLAuthenticationError',
  'UNSUPPORTED_VERSION',
  'KafkaJSServerDoesNotSupportApiKey',
  'KafkaJSUnsupportedMagicByteInMessageSet',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  'INVALID_GROUP_ID',
  'INVALID_SESSION_TIMEOUT',
  'INVALID_TOPIC_EXCEPTION',
  'INCONSISTENT_GROUP_PROTOCOL',
]);

/** True for what no new connection gets past: rights, credentials, versions. */
export function isFatal(error: unknown): boolean {
  return errorTypes(error).some((type) => FATAL.has(type));
}

export function isMissingTopic(error: unknown): boolean {
  return errorTypes(error).includes('UNKNOWN_TOPIC_OR_PARTITION');
}

/** True for what kafkajs throws: of Kafka, whatever it says. */
export function isOfKafka(error: unknown): error is Error {
  return error instanceof Error && error.name.startsWith('KafkaJS');
}

/** What a log line may say of an error: names, codes and where it was thrown; messages can quote payloads (P8). */
export function errorFields(error: unknown): object {
  const { code, stack } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const frames = typeof stack === 'string' ? stack.split('\n').filter((line) => /^\s+at /.test(line)) : [];
  return {
    errorTypes: [...new Set(errorTypes(error))],
    ...((typeof code === 'string' || typeof code === 'number') && { errorCode: code }),
    thrownAt: frames.slice(0, 3).map((line) => line.trim()),
  };
}
