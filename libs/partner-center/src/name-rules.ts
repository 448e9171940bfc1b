/** Longest prefix: 43 characters in all, less `.onmicrosoft.com` (reference 2.4). */
const MAX_PREFIX = 27;

/**
 * Legal forms that are no company name on their own (reference 2.5). Source: Microsoft, "validate names and addresses"
 * (2021-09-22), and a partner's fuller list. Compared without dots and with single blanks.
 */
const LEGAL_FORMS: ReadonlySet<string> = new Set(
  (
    'c p a|cpa|l l p|llp|l l c|llc|corp|corporation|inc|incorporated|ltd|limited|plc|pty|pty ltd|pte ltd|' +
    'private limited|pvt|pvt ltd|gmbh|sarl|lda|sdn bhd|wll|ooo|kft|zrt'
  ).split('|'),
);

/** Words that stand for a contact where there is none (reference 2.5). Same source. */
const PLACEHOLDERS: ReadonlySet<string> = new Set(['test', 'admin', 'nobody']);

/** Scripts in which one character is a name; the service excepts Chinese, the others are not certain. */
const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** What is wrong with an initial domain, or null. Case does not matter; letters of other scripts do. */
export function domainFault(domain: string, suffixes: readonly string[]): string | null {
  const trimmed = domain.trim();
  const dot = trimmed.indexOf('.');
  // Not in lower case and not with the flag `u`: the Kelvin sign is no K.
  const isPrefixRight = dot <= MAX_PREFIX && /^[a-z0-9]+$/i.test(trimmed.slice(0, Math.max(dot, 0)));
  if (isPrefixRight && suffixes.includes(trimmed.slice(dot).toLowerCase())) return null;
  const [suffix = ''] = suffixes;
  return `must be 1 to ${MAX_PREFIX} letters or digits followed by ${suffixes.join(' or ')}, for example northbakery42${suffix}`;
}

/** What is certainly wrong with a company name (reference 2.5), or null; an absent one is right. */
export function companyNameFault(name: string | undefined): string | null {
  if (name === undefined) return null;
  const trimmed = name.trim();
  if (isOneCharacter(trimmed)) return 'must be longer than one character, for example North Bakery';
  if (!/[\p{L}\p{N}]/u.test(trimmed)) return 'must hold letters or digits, for example North Bakery';
  if (isLegalForm(trimmed)) return 'must be more than a legal form, for example North Bakery LLC';
  return isSpacedOut(trimmed)
    ? 'must not consist of single letters or digits set apart by blanks: North Bakery, not N B'
    : null;
}

/**
 * What is certainly wrong with a contact, or null; both names absent is right. Looked at as a whole, because nobody says
 * whether the service looks at each name alone: a family name `O` or `Test` is somebody's.
 */
export function contactFault(firstName: string | undefined, lastName: string | undefined): string | null {
  const name = [firstName, lastName].filter((part) => part !== undefined).join(' ');
  if (name === '') return null;
  if (!/\p{L}/u.test(name)) return 'must hold letters, for example Gena Ray';
  if (isOneCharacter(name) && !EAST_ASIAN.test(name)) return 'must be longer than one character, for example Gena Ray';
  const words = name.toLowerCase().split(/\s+/);
  return words.every((word) => PLACEHOLDERS.has(word)) ? 'must name a person, for example Gena Ray' : null;
}

function isOneCharacter(name: string): boolean {
  return name.length <= 2 && [...name].length < 2;
}

function isLegalForm(name: string): boolean {
  if (name.length > 30) return false;
  const plain = name.toLowerCase().replaceAll('.', ' ').replace(/\s+/g, ' ').trim();
  return LEGAL_FORMS.has(plain);
}

/** `1 2 3`, but not `H & M` and not `中 国`. */
function isSpacedOut(name: string): boolean {
  return /^[\p{L}\p{N}](\s+[\p{L}\p{N}])+$/u.test(name) && !EAST_ASIAN.test(name);
}
