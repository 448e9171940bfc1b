import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { Book, type Customer } from './book.js';

function tenant(parts: Partial<Customer>): Customer {
  const id = randomUUID();
  return {
    id,
    commerceId: id,
    domain: `${id}.onmicrosoft.com`,
    companyName: 'North Bakery',
    billing: '',
    password: '',
    userName: 'admin',
    registrationNumber: undefined,
    applicationId: '',
    associatedPartnerId: undefined,
    requestId: randomUUID(),
    correlationId: randomUUID(),
    createdAt: 0,
    madeHere: true,
    owner: 'ours',
    orphan: false,
    isListed: true,
    isAudited: true,
    ...parts,
  };
}

it('refuses a second tenant under a domain, whoever asks', () => {
  const book = new Book();
  book.commit(tenant({ domain: 'a.onmicrosoft.com' }));
  expect(() => book.commit(tenant({ domain: 'A.onmicrosoft.com' }))).toThrow('a.onmicrosoft.com');
  expect(book.totals().tenants).toBe(1);
});

it('counts a domain twice when it was purged and made again, although it exists once', () => {
  const book = new Book();
  const first = tenant({ domain: 'a.onmicrosoft.com' });
  book.commit(first);
  book.remove(first);
  book.commit(tenant({ domain: 'a.onmicrosoft.com' }));
  expect(book.duplicates().domains).toEqual([{ domain: 'a.onmicrosoft.com', count: 2 }]);
  expect(book.existing).toBe(1);
  expect(book.withDomainPrefix('a.')).toHaveLength(1);
});
