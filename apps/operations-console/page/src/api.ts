import { session } from './session.js';

/** What the console refused or could not do: `message` is for a person. Status 0: it was not reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return call(path, signal ? { signal } : {});
}

/** Changes carry a header that no other site can send (docs/console-api.md). */
export function send<T>(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { 'x-console-request': '1' };
  if (body === undefined) return call(path, { method, headers });
  return call(path, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function call<T>(path: string, init: RequestInit): Promise<T> {
  const response = await reach(path, init);
  const text = await response.text();
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
  const error = errorOf(response.status, text);
  if (response.status === 401 && session.value.kind === 'in') {
    session.value = { kind: 'out', notice: 'Your session has ended. Log in again to go on where you were.' };
  }
  throw error;
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, cache: 'no-store', credentials: 'same-origin' });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new ApiError(0, 'UNREACHABLE', 'The console does not answer. Is its process running, and are you connected?');
  }
}

function errorOf(status: number, text: string): ApiError {
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string } };
    return new ApiError(status, String(error.code), String(error.message));
  } catch {
    return new ApiError(status, `HTTP_${status}`, `The console answered with status ${status}. Its log says why.`);
  }
}
