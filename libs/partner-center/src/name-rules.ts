/** Longest prefix: 43 characters in all, less `.onmicrosoft.com` (reference 2.4). */
const MAX_PREFIX = 27;

/**
 * Legal forms that are no company name on their own. Source: Microsoft, "validate names and addresses" (2021-09-22), and
 * a partner's fuller list. Compared without dots and with single blanks.
 */
const LEGAL_FORMS = new Set(
  (
    'c p a|cpa|l l p|llp|l l c|llc|corp|corporation|inc|incorporated|ltd|limited|plc|pty|pty ltd|pte ltd|' +
    'private limited|pvt|pvt ltd|gmbh|sarl|lda|sdn bhd|wll|ooo|kft|zrt'
  ).split('|'),
);

/** What is wrong with an initial domain, or null. Case does not matter. */
export function domainFault(domain: string, suffixes: readonly string[]): string | null {
  const lower = domain.trim().toLowerCase();
  const suffix = suffixes.find((candidate) => lower.endsWith(candidate));
  const prefix = suffix === undefined ? '' : lower.slice(0, -suffix.length);
  if (/^[a-z0-9]+$/.test(prefix) && prefix.length <= MAX_PREFIX) return null;
  return `must be 1 to ${MAX_PREFIX} letters or digits followed by ${suffixes.join(' or ')}`;
}

/** What is certainly wrong with a company name (reference 2.5), or null; an absent one is right. */
export function companyNameFault(name: string | undefined): string | null {
  if (name === undefined) return null;
  const trimmed = name.trim();
  const words = trimmed.split(/\s+/);
  if ([...trimmed].length < 2) return 'must be longer than one character';
  if (!/[\p{L}\p{N}]/u.test(trimmed)) return 'must hold letters or digits';
  if (isLegalForm(trimmed)) return 'must be more than a legal form';
  // Chinese is written so where characters are set apart.
  const isSpaced = words.length > 1 && words.every((word) => [...word].length === 1 && !/\p{Script=Han}/u.test(word));
  return isSpaced ? 'must not consist of single characters set apart by blanks' : null;
}

function isLegalForm(name: string): boolean {
  const plain = name.toLowerCase().replaceAll('.', ' ').replace(/\s+/g, ' ').trim();
  return LEGAL_FORMS.has(plain);
}

/** What is certainly wrong with an e-mail address, or null. A bad one may leave a tenant behind (reference 7.1). */
export function emailFault(email: string): string | null {
  const at = email.trim().lastIndexOf('@');
  const local = email.trim().slice(0, Math.max(at, 0));
  const domain = email
    .trim()
    .slice(at + 1)
    .toLowerCase();
  if (!/^\S{1,64}$/.test(local) || !isMailDomain(domain)) {
    return 'must be an e-mail address whose domain ends in a top-level domain of 2 to 24 letters';
  }
  return domain === 'microsoft.com' ? 'must not be an address at microsoft.com' : null;
}

function isMailDomain(domain: string): boolean {
  const labels = domain.split('.');
  const last = labels.at(-1) ?? '';
  const isLabel = (label: string) =>
    /^[\p{L}\p{M}\p{N}]([\p{L}\p{M}\p{N}_-]*[\p{L}\p{M}\p{N}])?$/u.test(label) && label.length <= 63;
  const isTopLevel = /^[\p{L}\p{M}]{2,24}$/u.test(last) || /^xn--[a-z0-9-]{1,59}$/.test(last);
  return labels.length > 1 && domain.length <= 253 && labels.every(isLabel) && isTopLevel;
}
