import { PrefixIndex } from './prefix-index.js';

/** A tenant that exists: made through this API, or there before and put in by the control API. */
export interface Customer {
  readonly id: string;
  readonly commerceId: string;
  /** As sent; compared without regard to case. */
  readonly domain: string;
  readonly companyName: string;
  /** The billing profile as compact JSON, as the answer to create carries it. */
  billing: string;
  readonly password: string;
  readonly userName: string;
  readonly registrationNumber: string | undefined;
  readonly associatedPartnerId: string | undefined;
  readonly requestId: string;
  readonly correlationId: string;
  /** Client id of the token it was made with. */
  readonly applicationId: string;
  readonly createdAt: number;
  readonly madeHere: boolean;
  readonly owner: 'ours' | 'otherPartner' | 'unlinkedTenant';
  readonly orphan: boolean;
  readonly isListed: boolean;
  readonly isAudited: boolean;
  /** Its relationship to the partner was ended; tenant and domain remain (reference 5.13). */
  hasLeft?: boolean;
  /** How often its billing profile was replaced. */
  billingRevision?: number;
}

/**
 * The truth that tests compare the client's story with: every tenant that was ever made. `commit` is the one place
 * where a tenant comes into being and refuses a domain that is taken, so two tenants under one domain cannot happen;
 * the counts per domain and per correlation id are nevertheless kept apart from that check. Never bounded.
 */
export class Book {
  readonly all: Customer[] = [];
  readonly #byId = new Map<string, Customer>();
  readonly #byDomain = new Map<string, Customer>();
  readonly #prefixes = new PrefixIndex<Customer>();
  readonly #madePerDomain = new Map<string, number>();
  readonly #madePerCorrelation = new Map<string, number>();
  readonly #removed = new Set<string>();
  #made = 0;
  #orphans = 0;
  #surplus = 0;

  commit(customer: Customer): void {
    const domain = customer.domain.toLowerCase();
    if (this.#byDomain.has(domain)) throw new Error(`the domain ${domain} has a tenant already`);
    this.all.push(customer);
    this.#byId.set(customer.id, customer);
    this.#byDomain.set(domain, customer);
    this.#prefixes.add(domain, customer);
    if (customer.madeHere) this.#count(customer, domain);
  }

  /** Takes a tenant out (sandbox purge, or a foreign one that is lifted); what was made stays counted. */
  remove(customer: Customer): void {
    this.#byId.delete(customer.id);
    this.#byDomain.delete(customer.domain.toLowerCase());
    this.#removed.add(customer.id);
  }

  withId(id: string): Customer | undefined {
    return this.#byId.get(id.toLowerCase());
  }

  withDomain(domain: string): Customer | undefined {
    return this.#byDomain.get(domain.toLowerCase());
  }

  /** Oldest first, like every list of the service here. */
  withDomainPrefix(prefix: string): Customer[] {
    const found = this.#prefixes.startingWith(prefix.toLowerCase()).filter((customer) => this.exists(customer));
    return found.length < 2 ? found : found.sort((a, b) => a.createdAt - b.createdAt);
  }

  exists(customer: Customer): boolean {
    return !this.#removed.has(customer.id);
  }

  get existing(): number {
    return this.#byId.size;
  }

  /** `surplus`: tenants beyond the first of a correlation id or of a domain, orphans not counted. */
  totals() {
    return {
      tenants: this.#made,
      distinctDomains: this.#madePerDomain.size,
      surplusTenants: this.#surplus,
      orphans: this.#orphans,
    };
  }

  duplicates() {
    const twice = (counts: Map<string, number>) => [...counts].filter(([, count]) => count > 1);
    return {
      domains: twice(this.#madePerDomain).map(([domain, count]) => ({ domain, count })),
      correlationIds: twice(this.#madePerCorrelation).map(([correlationId, count]) => ({ correlationId, count })),
    };
  }

  #count(customer: Customer, domain: string): void {
    this.#made++;
    const ofDomain = (this.#madePerDomain.get(domain) ?? 0) + 1;
    this.#madePerDomain.set(domain, ofDomain);
    if (customer.orphan) {
      this.#orphans++;
      return;
    }
    const ofCorrelation = (this.#madePerCorrelation.get(customer.correlationId) ?? 0) + 1;
    this.#madePerCorrelation.set(customer.correlationId, ofCorrelation);
    if (ofDomain > 1 || ofCorrelation > 1) this.#surplus++;
  }
}
