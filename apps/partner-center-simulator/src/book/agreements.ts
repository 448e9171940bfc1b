/** Which contacts confirmed the Customer Agreement for which customer (reference 5.7). */
export class Agreements {
  readonly #confirmed = new Map<string, Set<string>>();

  /** False when the same contact confirmed it before. */
  confirm(customerId: string, contact: string): boolean {
    const contacts = this.#confirmed.get(customerId) ?? new Set();
    if (contacts.has(contact)) return false;
    this.#confirmed.set(customerId, contacts.add(contact));
    return true;
  }
}
