import type { CallIds } from './calls.js';

const APPLICATION = 'customer-onboarding';

/**
 * Headers of a request, names and values in turn (reference 1.2). Not sent: `MS-CV` (the service makes one),
 * `If-Match` (nothing is replaced), `ValidateMfa` and `GenerateReadWriteConsistencyToken` (their answers are not
 * documented), `Expect`, and what names a Microsoft SDK.
 */
export function requestHeaders(
  call: { body?: string; continuationToken?: string | null },
  token: string,
  ids: CallIds,
): string[] {
  const headers = ['Authorization', `Bearer ${token}`, 'Accept', 'application/json'];
  if (call.body !== undefined) headers.push('Content-Type', 'application/json');
  headers.push('MS-RequestId', ids.requestId, 'MS-CorrelationId', ids.correlationId);
  headers.push('MS-Contract-Version', 'v1', 'X-Locale', 'en-US', 'MS-PartnerCenter-Application', APPLICATION);
  if (call.continuationToken != null) headers.push('MS-ContinuationToken', call.continuationToken);
  return headers;
}
