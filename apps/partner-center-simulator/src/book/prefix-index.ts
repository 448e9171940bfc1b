const TAIL_LIMIT = 4096;

interface Entry<T> {
  readonly key: string;
  readonly item: T;
}

/**
 * Finds items by the beginning of their key. A sorted run takes binary searches; new items wait in an unsorted tail
 * that is looked through, and merged when it is full: cheap to add to, quick to search with a million entries.
 */
export class PrefixIndex<T> {
  #sorted: Entry<T>[] = [];
  #tail: Entry<T>[] = [];

  add(key: string, item: T): void {
    this.#tail.push({ key, item });
    if (this.#tail.length >= TAIL_LIMIT) this.#merge();
  }

  startingWith(prefix: string): T[] {
    const found: T[] = [];
    for (let at = this.#firstAtLeast(prefix); at < this.#sorted.length; at++) {
      const entry = this.#sorted[at];
      if (!entry?.key.startsWith(prefix)) break;
      found.push(entry.item);
    }
    for (const entry of this.#tail) if (entry.key.startsWith(prefix)) found.push(entry.item);
    return found;
  }

  #firstAtLeast(prefix: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle]?.key ?? '') < prefix) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #merge(): void {
    const tail = this.#tail.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    const merged: Entry<T>[] = [];
    let next = 0;
    for (const entry of this.#sorted) {
      for (let late = tail[next]; late && late.key < entry.key; late = tail[++next]) merged.push(late);
      merged.push(entry);
    }
    this.#sorted = merged.concat(tail.slice(next));
    this.#tail = [];
  }
}
