/** The JSON of a `filter` query parameter: `{"Field":…,"Value":…,"Operator":…}`, member names in any casing. */
export interface Filter {
  readonly field: string;
  readonly value: string;
  readonly operator: string;
}

/** Undefined when the text is not such a filter. Field and operator come in lower case, without `_` and blanks. */
export function readFilter(text: string): Filter | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const members = new Map(Object.entries(json).map(([name, value]) => [name.toLowerCase(), value as unknown]));
  const field = members.get('field');
  const value = members.get('value');
  if (typeof field !== 'string' || typeof value !== 'string') return undefined;
  return { field: plainName(field), value, operator: plainName(String(members.get('operator') ?? '')) };
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[_ ]/g, '');
}
