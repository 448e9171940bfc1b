/** Countries whose states are compared with a list by the service; elsewhere any text passes (reference 2.3). */
export const STATE_LIST_COUNTRIES: ReadonlySet<string> = new Set(['US', 'CA', 'CN', 'MX']);

/** The trimmed text, or undefined if nothing is left. */
export function text(value: string | null | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === undefined || trimmed === '' ? undefined : trimmed;
}

/** ISO 3166 alpha-2 in capitals; `UK` is `GB` (reference 7.8). */
export function canonicalCountry(country: string): string {
  const code = country.trim().toUpperCase();
  return code === 'UK' ? 'GB' : code;
}

/** `EN-us` → `en-US`, `az-latn-az` → `az-Latn-AZ`; what does not look like a culture stays as it is. */
export function canonicalCulture(culture: string): string {
  const trimmed = culture.trim();
  const parts = /^([a-z]{2,3})(?:-([a-z]{4}))?-([a-z]{2})$/i.exec(trimmed);
  if (parts === null) return trimmed;
  const [, language = '', script, country = ''] = parts;
  const titled = script === undefined ? [] : [script.charAt(0).toUpperCase() + script.slice(1).toLowerCase()];
  return [language.toLowerCase(), ...titled, country.toUpperCase()].join('-');
}

/** Two letters become lower case; longer forms (`zh-CHS`, `pt-PT`) are the service's own and stay. */
export function canonicalLanguage(language: string): string {
  const trimmed = language.trim();
  return /^[a-z]{2}$/i.test(trimmed) ? trimmed.toLowerCase() : trimmed;
}

export function canonicalState(state: string | null | undefined, country: string): string | undefined {
  const trimmed = text(state);
  return STATE_LIST_COUNTRIES.has(country) ? trimmed?.toUpperCase() : trimmed;
}
