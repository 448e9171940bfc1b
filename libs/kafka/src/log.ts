/** Where the library writes to; a pino logger fits. Fields hold ids and coordinates only, never payloads (P8). */
export interface KafkaLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
