import type { NotSentReason } from './answers.js';

const DNS_CODES = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME']);
const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|CRL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;

/** Names what kept a connection from being made. Only for errors that came before the first byte was written. */
export function notSentReason(error: unknown): NotSentReason {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return 'connection';
  if (DNS_CODES.has(code)) return 'dns';
  return TLS_CODE.test(code) ? 'tls' : 'connection';
}
