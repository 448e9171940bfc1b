import type { VNode } from 'preact';
import type { Pages } from '../load.js';

export function More<T>({ pages }: { pages: Pages<T> }): VNode | null {
  if (!pages.hasMore) return null;
  return (
    <p class="more">
      <button type="button" class="outline" aria-busy={pages.isBusy} aria-disabled={pages.isBusy} onClick={pages.more}>
        Show more
      </button>
    </p>
  );
}
