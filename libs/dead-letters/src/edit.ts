import { type IncomingRecord, changeData, isStorableText } from '#events';
import { masked } from './masking.js';
import { type JsonObject, isJsonObject, mergePatch } from './merge-patch.js';

/**
 * A correction of letters: a JSON merge patch (RFC 7396) for their data. The correlation id, and with it the onboarding
 * and the tenant, is out of its reach; headers and the attributes of an envelope are too. The letter itself stays as it is
 * on the dead-letter topic.
 */

/** What was given is no patch that may be applied; the message says what would be right. */
export class EditError extends Error {
  readonly code = 'EDIT_INVALID';
}

export interface Edit {
  value: Buffer;
  changes: Change[];
}

/** One member that an edit changes, for people: JSON texts, null where there is no such member. */
export interface Change {
  /** Property path relative to the data. */
  path: string;
  old: string | null;
  new: string | null;
}

const LOCKED = 'correlationId';
const SHOWN_MAX_CHARACTERS = 200;
/** A patch nested deeper than any event is a mistake. */
const PATCH_DEPTH_MAX = 32;

/** Checks a patch that was parsed from JSON. Throws an {@link EditError}. */
export function checkPatch(patch: unknown): JsonObject {
  if (!isJsonObject(patch)) throw new EditError('the edit must be a JSON object (a merge patch, RFC 7396)');
  if (Object.hasOwn(patch, LOCKED)) throw new EditError(`${LOCKED} is locked: a replay is of the same onboarding`);
  if (isDeeperThan(PATCH_DEPTH_MAX, patch))
    throw new EditError(`the edit is nested deeper than ${PATCH_DEPTH_MAX} levels`);
  if (!isStorable(patch))
    throw new EditError('the edit holds a character that no event may hold (NUL, or half a surrogate pair)');
  return patch;
}

/** The record's value after the patch, in the form in which it came; null if it holds no data or nothing changes. */
export function editRecord(record: IncomingRecord, patch: JsonObject): Edit | null {
  const changed = changeData(record, (data) => mergePatch(data, patch) as JsonObject);
  if (changed === null) return null;
  const changes = changesOf(changed.before, changed.after, { patch, path: '' });
  return changes.length === 0 ? null : { value: changed.value, changes };
}

/** Property paths that a patch names, without any of its values. */
export function patchedPaths(patch: JsonObject, path = ''): string[] {
  return Object.entries(patch).flatMap(([name, value]) => {
    const here = path === '' ? name : `${path}.${name}`;
    return isJsonObject(value) && Object.keys(value).length > 0 ? patchedPaths(value, here) : [here];
  });
}

/** Only members that the patch names can have changed. */
function changesOf(before: JsonObject, after: JsonObject, at: { patch: JsonObject; path: string }): Change[] {
  return Object.entries(at.patch).flatMap(([name, patch]): Change[] => {
    const path = at.path === '' ? name : `${at.path}.${name}`;
    const [old, now] = [memberOf(before, name), memberOf(after, name)];
    if (isJsonObject(patch) && isJsonObject(old) && isJsonObject(now)) return changesOf(old, now, { patch, path });
    return jsonOf(old) === jsonOf(now) ? [] : [{ path, old: shown(old, name), new: shown(now, name) }];
  });
}

function memberOf(data: JsonObject, name: string): unknown {
  return Object.hasOwn(data, name) ? data[name] : undefined;
}

/** Also of what is nested too deeply to be written: a letter may hold anything. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function shown(value: unknown, member: string): string | null {
  const text = jsonOf(masked(value, member));
  if (text === undefined) return null;
  return text.length <= SHOWN_MAX_CHARACTERS ? text : `${text.slice(0, SHOWN_MAX_CHARACTERS)}…`;
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return isStorableText(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, member]) => isStorableText(name) && isStorable(member));
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeperThan(levels - 1, member));
}
