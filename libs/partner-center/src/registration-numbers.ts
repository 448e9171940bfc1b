/**
 * Countries in which a registration number and a phone number are mandatory, and what the number is called there
 * (reference 2.2). Source: "create a customer" page of 2021-03-30, "registration number id" page of 2021-05-10. The service's
 * error table still names the first eleven only, but refuses Brazil without a number all the same (reference 7.10).
 */
export const REGISTRATION_NUMBERS: ReadonlyMap<string, string> = new Map([
  // Since 2020-11.
  ['AM', 'INN, VAT number or public service number'],
  ['AZ', 'TIN or INN'],
  ['BY', 'UNP: 9 digits, alphanumeric for individuals'],
  ['HU', 'TIN'],
  ['KZ', 'BIN or IIN'],
  ['KG', 'INN'],
  ['MD', 'IDNO or IDNP'],
  ['RU', 'INN'],
  ['TJ', 'INN, EIN or KPP'],
  ['UZ', 'INN'],
  ['UA', 'EGRPOU or EDRPOU'],
  // Since 2021-03.
  ['BR', 'CNPJ'],
  ['IN', 'tax id or PAN'],
  ['ZA', 'TRN'],
  ['PL', 'TIN or PESEL'],
  ['AE', 'tax id or VAT number'],
  ['SA', 'TIN'],
  ['TR', 'TIN or NIN'],
  ['TH', 'TIN'],
  ['VN', 'TIN'],
  ['MM', 'TIN'],
  ['IQ', 'TIN'],
  ['SS', 'TIN'],
  ['VE', 'RIF'],
]);

/** Not refreshed from the service: the body of a create call depends on it and must stay the same for ever. */
export function needsRegistrationNumber(country: string): boolean {
  return REGISTRATION_NUMBERS.has(country);
}
