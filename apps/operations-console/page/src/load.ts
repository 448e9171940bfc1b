import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, get } from './api.js';

export interface Loaded<T> {
  /** The last answer; kept while a later question fails. */
  data: T | null;
  error: ApiError | null;
  reload: () => void;
}

/**
 * Asks `path`, and again after `everyMs` as long as that is a number and the page is looked at. An answer to an earlier
 * path is never shown under a later one.
 */
export function useLoad<T>(path: string, everyMs: (data: T | null) => number | null = () => null): Loaded<T> {
  const [state, setState] = useState<{ path: string; data: T | null; error: ApiError | null }>();
  const [round, setRound] = useState(0);
  const pace = useRef(everyMs);
  pace.current = everyMs;

  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last: T | null = null;
    const ask = async (): Promise<void> => {
      clearTimeout(timer);
      try {
        last = await get<T>(path, abort.signal);
        if (!abort.signal.aborted) setState({ path, data: last, error: null });
      } catch (error) {
        if (abort.signal.aborted) return;
        setState((before) => ({ path, data: before?.path === path ? before.data : null, error: asApiError(error) }));
      }
      const nextMs = pace.current(last);
      if (nextMs !== null && !abort.signal.aborted) timer = setTimeout(askIfSeen, nextMs);
    };
    const askIfSeen = (): void => {
      if (document.visibilityState === 'visible') void ask();
      else document.addEventListener('visibilitychange', askIfSeen, { once: true, signal: abort.signal });
    };
    void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [path, round]);

  const reload = useCallback(() => setRound((n) => n + 1), []);
  return state?.path === path ? { data: state.data, error: state.error, reload } : { data: null, error: null, reload };
}

export interface Pages<T> {
  items: T[] | null;
  total: number | null;
  error: ApiError | null;
  hasMore: boolean;
  isBusy: boolean;
  more: () => void;
  /** Asks again for as many pages as are shown. */
  reload: () => void;
}

interface Page<T> {
  items: T[];
  total: number | null;
  next: string | null;
}

/** A list that is read page by page: `path` must have a query; `itemsOf` takes them out of one answer. */
export function usePages<T>(path: string, itemsOf: (answer: never) => T[], cursor = 'after'): Pages<T> {
  const [state, setState] = useState<{ path: string; pages: Page<T>[]; error: ApiError | null }>();
  const [isBusy, setIsBusy] = useState(false);
  const pages = state?.path === path ? state.pages : [];
  // Of readings that overtake each other only the one that was begun last counts.
  const newest = useRef<symbol | null>(null);

  const read = useCallback(
    async (kept: Page<T>[], wanted: number): Promise<void> => {
      const mine = (newest.current = Symbol());
      setIsBusy(true);
      const list = [...kept];
      try {
        while (list.length < wanted) {
          const last = list.at(-1);
          if (last && last.next === null) break;
          const after = last ? `&${cursor}=${encodeURIComponent(last.next ?? '')}` : '';
          const answer = await get<{ total?: number; next?: string | number | null }>(path + after);
          const next = answer.next === undefined || answer.next === null ? null : String(answer.next);
          list.push({ items: itemsOf(answer as never), total: answer.total ?? null, next });
        }
        if (newest.current === mine) setState({ path, pages: list, error: null });
      } catch (error) {
        if (newest.current === mine) setState({ path, pages: list, error: asApiError(error) });
      }
      if (newest.current === mine) setIsBusy(false);
    },
    [path],
  );
  useEffect(() => void read([], 1), [read]);

  return {
    items: pages.length === 0 ? null : pages.flatMap(({ items }) => items),
    total: pages[0]?.total ?? null,
    error: state?.path === path ? state.error : null,
    hasMore: (pages.at(-1)?.next ?? null) !== null,
    isBusy,
    // What is shown is being read anew already: it is not kept then.
    more: () => void read(isBusy ? [] : pages, pages.length + 1),
    reload: () => void read([], Math.max(1, pages.length)),
  };
}

export interface Action<A extends unknown[]> {
  run: (...args: A) => void;
  isBusy: boolean;
  error: ApiError | null;
}

/** Something a person starts by a button: one at a time, and its failure is kept to be told. */
export function useAction<A extends unknown[]>(work: (...args: A) => Promise<void>): Action<A> {
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const busy = useRef(false);
  const run = async (...args: A): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    setIsBusy(true);
    setError(null);
    try {
      await work(...args);
    } catch (failure) {
      setError(asApiError(failure));
    } finally {
      busy.current = false;
      setIsBusy(false);
    }
  };
  return { run: (...args) => void run(...args), isBusy, error };
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(0, 'PAGE', `This page failed: ${error instanceof Error ? error.message : String(error)}`);
}
