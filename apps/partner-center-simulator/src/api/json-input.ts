export type Json = Record<string, unknown>;

/** Undefined when the body is not a JSON object in UTF-8. A leading byte order mark is tolerated. */
export function parseObject(body: Buffer): Json | undefined {
  try {
    const json = body.toString('utf8');
    const value: unknown = JSON.parse(json.startsWith('\uFEFF') ? json.slice(1) : json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

/** Whatever the casing of the name (reference 1.5). */
export function member(object: Json, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  const lower = name.toLowerCase();
  for (const key in object) if (key.toLowerCase() === lower) return object[key];
  return undefined;
}

/** An empty object for everything that is none. */
export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export type Texts<K extends string> = { readonly [name in K]: string | undefined };

/**
 * A reader of the named members, in the order of `names`, whatever their casing; of two that differ in casing only the
 * one written exactly counts. One pass over the object: most names are absent from most bodies.
 */
export function textsReader<K extends string>(names: readonly K[]): (object: Json) => Texts<K> {
  const empty = Object.fromEntries(names.map((name) => [name, undefined])) as Record<K, string | undefined>;
  const exact = new Set<string>(names);
  const byLower = new Map<string, K>(names.map((name) => [name.toLowerCase(), name]));
  return (object) => {
    const found = { ...empty };
    for (const key in object) {
      if (exact.has(key)) found[key as K] = text(object[key]);
      else {
        const name = byLower.get(key.toLowerCase());
        if (name && !Object.hasOwn(object, name)) found[name] = text(object[key]);
      }
    }
    return found;
  };
}

/** Numbers and booleans count as their text; null and everything else as absent. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
