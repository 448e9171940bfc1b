export type Members = [name: string, value: unknown][];

/** The same JSON text with every member named in PascalCase, as old services and the activity log write it. */
export function inPascalCase(json: string): string {
  return withMembers(json, (members) => members.map(([name, value]) => [upperFirst(name), value]));
}

/** The same JSON text with the members of every object in it changed. */
export function withMembers(json: string, change: (members: Members) => Members): string {
  return json === '' ? json : JSON.stringify(changedValue(JSON.parse(json), change));
}

function changedValue(value: unknown, change: (members: Members) => Members): unknown {
  if (Array.isArray(value)) return value.map((item) => changedValue(item, change));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, inner]): Members[number] => [name, changedValue(inner, change)]);
  return Object.fromEntries(change(members));
}

function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
