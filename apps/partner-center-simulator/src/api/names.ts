const LEGAL_FORMS = new Set(
  (
    'c p a|c.p.a.|c. p. a.|l.l.p.|l l p|l. l. p.|llp|llp.|l l c|l.l.c.|l. l. c.|llc|llc.|corp|corp.|corporation|inc|' +
    'incorporated|ltd|ltd.|limited|plc|pty|pty ltd|pte ltd|private limited|pvt|pvt ltd|gmbh|sarl|lda|sdn bhd|wll|ooo|' +
    'kft|zrt'
  ).split('|'),
);
const PLACEHOLDERS = new Set(['test', 'admin', 'nobody']);

/** Rules of reference 2.5; in force only with `strictNames`, as nobody documents what the service itself enforces. */
export function isPlausibleCompanyName(name: string): boolean {
  const text = name.trim();
  if (text.length < 2 || !/[\p{L}\p{N}]/u.test(text)) return false;
  if (LEGAL_FORMS.has(text.toLowerCase())) return false;
  if (/^\S(\s+\S)+$/u.test(text)) return false;
  return !/(.)\1\1/iu.test(text);
}

export function isPlausibleContactName(name: string): boolean {
  const text = name.trim();
  if (PLACEHOLDERS.has(text.toLowerCase()) || text.length > 50) return false;
  if (/^\p{Script=Han}$/u.test(text)) return true;
  return text.length > 1 && /\p{L}/u.test(text);
}

export function isPlausibleDomain(domain: string): boolean {
  return /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/i.test(domain);
}

/** A prefix of at most 27 letters and digits, and a suffix of the cloud (reference 2.4). */
export function isDomainOfCloud(domain: string, suffixes: readonly string[]): boolean {
  const suffix = suffixes.find((known) => domain.toLowerCase().endsWith(known));
  return suffix !== undefined && /^[a-z0-9]{1,27}$/i.test(domain.slice(0, -suffix.length));
}
