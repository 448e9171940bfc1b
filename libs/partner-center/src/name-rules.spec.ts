import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLOUD_ADDRESSES, CLOUDS } from './clouds.js';
import { emailFault } from './email-rule.js';
import { companyNameFault, contactFault, domainFault } from './name-rules.js';

const GLOBAL = CLOUD_ADDRESSES.global.domainSuffixes;

describe('domainFault', () => {
  it('takes 1 to 27 letters or digits and a suffix of the cloud, in any case', () => {
    const prefix = fc.stringMatching(/^[A-Za-z0-9]{1,27}$/);
    fc.assert(
      fc.property(prefix, fc.constantFrom(...CLOUDS), fc.boolean(), (name, cloud, isUpper) => {
        const { domainSuffixes } = CLOUD_ADDRESSES[cloud];
        for (const suffix of domainSuffixes) {
          expect(domainFault(` ${name}${isUpper ? suffix.toUpperCase() : suffix} `, domainSuffixes)).toBeNull();
        }
      }),
    );
  });

  it.each([
    ...['', 'onmicrosoft.com', '.onmicrosoft.com', 'a.', 'a.example', 'a.onmicrosoft.com.evil', 'a.onmicrosoft.com.'],
    ...[
      'a-b.onmicrosoft.com',
      'a_b.onmicrosoft.com',
      'a b.onmicrosoft.com',
      'a.b.onmicrosoft.com',
      'ä.onmicrosoft.com',
    ],
    // The Kelvin sign, whose lower case is k; a full-width letter; a long s; a full stop that browsers take for a dot.
    ...['\u212Aafe.onmicrosoft.com', '\uFF41.onmicrosoft.com', 'a.onmicro\u017Foft.com', 'a\u3002onmicrosoft.com'],
    ...[`${'a'.repeat(28)}.onmicrosoft.com`, 'a.onmicrosoft.us', 'a.partner.onmschina.cn', 'a.ccsctp.net'],
  ])('refuses %j in the global cloud', (domain) => {
    expect(domainFault(domain, GLOBAL)).toMatch(/^must be .*, for example northbakery42\.onmicrosoft\.com$/);
  });

  it('knows the suffix of each cloud, and gives an example that passes', () => {
    for (const cloud of CLOUDS) {
      const { domainSuffixes } = CLOUD_ADDRESSES[cloud];
      const example = domainFault('?', domainSuffixes)?.split('for example ')[1] ?? '';
      expect(domainFault(example, domainSuffixes)).toBeNull();
    }
    expect(domainFault('a.onmicrosoft.com', CLOUD_ADDRESSES.china.domainSuffixes)).not.toBeNull();
  });
});

describe('companyNameFault', () => {
  it.each([
    'x',
    '---',
    ' ',
    '',
    '!',
    '🎉🎉',
    '1 2 3',
    'A\tB',
    'x y z',
    'L.L.C.',
    'Pty Ltd',
    'gmbh',
    'c. p. a.',
    'Inc.',
  ])('refuses %j', (name) => expect(companyNameFault(name)).toMatch(/^must /));

  it.each([
    '3M',
    'AAA',
    'H & M',
    'C&A',
    '株式',
    '中 国',
    'さ く ら',
    '가 나',
    'Limited Edition GmbH',
    'É1',
    'X Y Corp',
    '北斗精密株式会社',
  ])('takes %s', (name) => expect(companyNameFault(name)).toBeNull());

  it('refuses each legal form of the documents when it stands alone, and takes it with a name', () => {
    for (const form of DOCUMENTED_LEGAL_FORMS) {
      for (const written of [form, form.toUpperCase(), ` ${form} `]) expect(companyNameFault(written)).not.toBeNull();
      expect(companyNameFault(`North ${form}`)).toBeNull();
    }
  });
});

describe('contactFault', () => {
  it.each([
    ['x', undefined],
    [undefined, '7'],
    ['123', '456'],
    ['-', '.'],
    ['🎉', '🎉🎉'],
    ['Test', undefined],
    ['test', 'TEST'],
    ['Nobody', 'Admin'],
  ])('refuses %s %s', (first, last) => expect(contactFault(first, last)).toMatch(/^must .*, for example Gena Ray$/));

  it.each([
    [undefined, undefined],
    ['Gena', 'Ray'],
    ['J', 'O'],
    ['Test', 'Pilot'],
    ['Admin', 'Kovač'],
    ['陽', undefined],
    [undefined, '김'],
    ['अ', 'शर्मा'],
    ['Anna 2', '-'],
  ])('takes %s %s', (first, last) => expect(contactFault(first, last)).toBeNull());
});

describe('emailFault', () => {
  it.each([
    ...[
      '',
      'x',
      '@a.example',
      'a@b',
      'a@example',
      'a@',
      'a b@c.example',
      'a@.example',
      'a@-b.example',
      'a@b-.example',
      'a@b..example',
    ],
    ...['client1@example.u', 'a@b.c1', 'a@b.example.', 'a@1.2.3.4', 'a@[1.2.3.4]', `a@b.${'c'.repeat(25)}`, 'a@b.xn--'],
    ...[
      'a@b.example,c@d.example',
      'a@b.example;c@d.example',
      'a@b@c.example',
      'Gena Ray <a@b.example>',
      'mailto:a@b.example',
    ],
    ...['.a@b.example', 'a.@b.example', 'a..b@c.example', '"a b"@c.example', '(a)b@c.example', 'a\\b@c.example'],
    ...[
      `${'a'.repeat(65)}@b.example`,
      `a@${'b'.repeat(64)}.example`,
      `a@${'b.'.repeat(124)}example`,
      'ops@MICROSOFT.com',
    ],
  ])('refuses %.60s', (email) => expect(emailFault(email)).toMatch(/^must be /));

  it.each([
    ...[
      'a@b.co',
      "o'neil+x@sub.example.museum",
      ' ops@microsoft.com.example ',
      'OPS@NORTHBAKERY.EXAMPLE',
      'a_b-c@d-e.example',
    ],
    ...[
      'info@bücher.example',
      'jörg@müller.example',
      '陽子@例え.テスト',
      'a@b.xn--p1ai',
      '-a@b.example',
      'a@3m.com',
      'a{b}@c.example',
    ],
    ...[`${'a'.repeat(64)}@b.example`, `a@${'b'.repeat(63)}.example`],
  ])('takes %.60s', (email) => expect(emailFault(email)).toBeNull());

  it('is done at once with a text of any length', () => {
    const startedMs = performance.now();
    for (const part of ['a', 'a.', '.', '@', 'a@', 'a-', '-', 'ä', ' ']) {
      for (const around of ['', '@b.example', '!']) emailFault(part.repeat(100_000) + around);
    }
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});

/** As the documents write them (reference 2.5). */
const DOCUMENTED_LEGAL_FORMS = [
  ...[
    'c p a',
    'c.p.a.',
    'c. p. a.',
    'l.l.p.',
    'l l p',
    'l. l. p.',
    'llp',
    'llp.',
    'l l c',
    'l.l.c.',
    'l. l. c.',
    'llc',
    'llc.',
  ],
  ...[
    'corp',
    'corp.',
    'corporation',
    'inc',
    'incorporated',
    'ltd',
    'ltd.',
    'limited',
    'plc',
    'pty',
    'pty ltd',
    'pte ltd',
  ],
  ...['private limited', 'pvt', 'pvt ltd', 'gmbh', 'sarl', 'lda', 'sdn bhd', 'wll', 'ooo', 'kft', 'zrt'],
];
