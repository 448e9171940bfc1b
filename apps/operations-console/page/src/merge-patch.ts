import type { Json } from './documents.js';

export type JsonObject = Record<string, Json>;

/** Paths of all values that are no objects, as `billingProfile.email`: what a person may pick to correct. */
export function leafPaths(value: Json, before = ''): string[] {
  if (!isObject(value)) return before === '' ? [] : [before];
  return Object.entries(value).flatMap(([name, member]) =>
    leafPaths(member, before === '' ? name : `${before}.${name}`),
  );
}

export function valueAt(value: Json, path: string): Json | undefined {
  let at: Json | undefined = value;
  for (const name of path.split('.')) {
    if (at === undefined || !isObject(at) || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

/** The patch with `path` set; `undefined` takes it out again, and with it the objects that hold nothing else. */
export function patched(patch: JsonObject, path: string, value: Json | undefined): JsonObject {
  const [name = '', ...rest] = path.split('.');
  const { [name]: old, ...others } = patch;
  if (rest.length === 0) return value === undefined ? others : { ...patch, [name]: value };
  const inner = patched(old !== undefined && isObject(old) ? old : {}, rest.join('.'), value);
  return Object.keys(inner).length === 0 ? others : { ...patch, [name]: inner };
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is wrong with a text that should be a patch (RFC 7396), or the patch. */
export function patchOf(text: string): { patch: JsonObject } | { fault: string } {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    return { fault: `This is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (!isObject(value))
    return { fault: 'A patch is a JSON object, such as {"billingProfile":{"email":"a@b.example"}}.' };
  if (Object.keys(value).length === 0) return { fault: 'The patch changes nothing yet.' };
  return { patch: value };
}
