const MAX_LOCAL = 64;
const MAX_DOMAIN = 253;
/** Words set apart by single dots, without quotes: two addresses in one text are not one. */
const LOCAL = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const LOCAL_OF_ANY_SCRIPT = /^[\p{L}\p{M}\p{N}_!#$%&'*+/=?^`{|}~-]+(\.[\p{L}\p{M}\p{N}_!#$%&'*+/=?^`{|}~-]+)*$/u;
const LABEL = /^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$/;
const LABEL_OF_ANY_SCRIPT = /^[\p{L}\p{M}\p{N}]([\p{L}\p{M}\p{N}_-]{0,61}[\p{L}\p{M}\p{N}])?$/u;
/** 2 to 24 characters: `client1@example.u` was refused after its tenant had been made (reference 2.5, 7.1). */
const TOP_LEVEL = /^[\p{L}\p{M}]{2,24}$/u;
const TOP_LEVEL_ENCODED = /^xn--[a-z0-9-]{1,59}$/;

/**
 * What is certainly wrong with an e-mail address, or null. Stricter than the other rules, because the service looks at it
 * last: one that it refuses leaves a tenant behind (reference 7.1).
 */
export function emailFault(email: string): string | null {
  const trimmed = email.trim();
  const at = trimmed.lastIndexOf('@');
  const local = trimmed.slice(0, Math.max(at, 0));
  const domain = trimmed.slice(at + 1).toLowerCase();
  if (!isLocal(local) || !isMailDomain(domain)) {
    return 'must be one e-mail address with a top-level domain of 2 to 24 letters, for example ops@northbakery.example';
  }
  return domain === 'microsoft.com' ? 'must be an address of the customer, not at microsoft.com' : null;
}

function isLocal(local: string): boolean {
  return local.length <= MAX_LOCAL && (LOCAL.test(local) || LOCAL_OF_ANY_SCRIPT.test(local));
}

function isMailDomain(domain: string): boolean {
  const labels = domain.split('.', MAX_DOMAIN);
  const last = labels.at(-1) ?? '';
  return (
    labels.length > 1 &&
    domain.length <= MAX_DOMAIN &&
    labels.every((label) => LABEL.test(label) || LABEL_OF_ANY_SCRIPT.test(label)) &&
    (TOP_LEVEL.test(last) || TOP_LEVEL_ENCODED.test(last))
  );
}
