import { Api, unlessAborted } from './api.js';
import type { TokenCheck } from './answers.js';
import { CLOUD_ADDRESSES } from './clouds.js';
import { Addresses } from './operations/addresses.js';
import { AuditRecords } from './operations/audit-records.js';
import { CountryRules } from './operations/country-validation-rules.js';
import { Customers } from './operations/customers.js';
import { Domains } from './operations/domains.js';
import { Relationships } from './operations/relationships.js';
import type { PartnerCenterOptions } from './options.js';
import { statusLabel, TokenEndpoint } from './token-endpoint.js';
import { TokenSource } from './tokens.js';
import { Transport } from './transport.js';

/** Sockets beside those for create calls, so that reconciliation never waits for a create that hangs. */
const READ_CONNECTIONS = 16;

/**
 * The Partner Center API as far as onboarding needs it. Nothing here throws for what the network or the service does:
 * every end is a value that carries the facts of its call. Nothing is tried twice, but for one repetition, with the same
 * ids, after a 401 that a new token may mend (reference 4.3). Redirects are never followed.
 */
export class PartnerCenterClient {
  readonly customers: Customers;
  readonly domains: Domains;
  readonly countryValidationRules: CountryRules;
  readonly addresses: Addresses;
  readonly auditRecords: AuditRecords;
  readonly relationships: Relationships;

  readonly #transport: Transport;
  readonly #endpoint: TokenEndpoint;
  readonly #tokens: TokenSource;

  constructor(options: PartnerCenterOptions) {
    this.#transport = new Transport({
      baseUrl: options.baseUrl ?? CLOUD_ADDRESSES[options.cloud].baseUrl,
      connections: options.maxConcurrency + READ_CONNECTIONS,
      timeoutMs: options.timeoutMs,
      onInFlight: options.onInFlight,
      onFinished: (name, answer, seconds) => options.observe?.(name, statusLabel(answer), seconds),
    });
    this.#endpoint = new TokenEndpoint(options);
    this.#tokens = new TokenSource({
      request: (refreshToken) => this.#endpoint.request(refreshToken),
      refreshToken: options.refreshToken,
      onRotated: options.onRotated,
      storedRefreshToken: options.storedRefreshToken,
    });
    const api = new Api(this.#transport, this.#tokens);
    this.customers = new Customers(api);
    this.domains = new Domains(api);
    this.countryValidationRules = new CountryRules(api);
    this.addresses = new Addresses(api);
    this.auditRecords = new AuditRecords(api);
    this.relationships = new Relationships(api);
  }

  /**
   * Asks for a new token, whatever is at hand: the probe of a failing token endpoint. `aborted` if the signal comes first;
   * the request goes on, and what it brings serves later calls.
   */
  checkToken(signal?: AbortSignal): Promise<TokenCheck | 'aborted'> {
    return unlessAborted(this.#tokens.check(), signal);
  }

  /** Ends every call under way at once: written ones as unclear, the others as not sent. Wait for them first to drain. */
  async close(): Promise<void> {
    await Promise.all([this.#transport.close(), this.#endpoint.close()]);
  }
}
