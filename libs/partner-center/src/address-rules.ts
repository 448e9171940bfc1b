export interface AddressRule {
  /** A city and a postal code must be there. */
  isCityRequired: boolean;
  isPostalCodeRequired: boolean;
  isStateRequired: boolean;
  /** Empty: any text passes. */
  states: readonly string[];
  postalCode?: RegExp;
  /** A postal code that passes, for the message. */
  postalCodeExample?: string;
}

function list(states: string): readonly string[] {
  return states.split(' ');
}

/**
 * What is certain about addresses (reference 2.1, 2.3). US, CN, DE, GB and PT as the live service returned them
 * (recordings of 2018, 2019 and 2021); the provinces of CA from a partner's help centre, checked only if given.
 */
export const ADDRESS_RULES: Readonly<Record<string, AddressRule>> = {
  US: {
    isCityRequired: true,
    isPostalCodeRequired: true,
    isStateRequired: true,
    states: list(
      'AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR PA RI SC SD TN TX UT VA VT WA WI WV WY',
    ),
    postalCode: /^\d{5}(-\d{4})?$/,
    postalCodeExample: '98052 or 98052-8300',
  },
  CN: {
    isCityRequired: true,
    isPostalCodeRequired: true,
    isStateRequired: true,
    states: list('AH BJ CQ FJ GD GS GX GZ HA HB HE HI HL HN JL JS JX LN NM NX QH SC SD SH SN SX TJ XJ XZ YN ZJ'),
    postalCode: /^[0-9]{6,6}$/,
    postalCodeExample: '100000',
  },
  DE: {
    isCityRequired: true,
    isPostalCodeRequired: true,
    isStateRequired: false,
    states: [],
    postalCode: /^[0-9]{5,5}$/,
    postalCodeExample: '10115',
  },
  GB: {
    isCityRequired: true,
    isPostalCodeRequired: true,
    isStateRequired: false,
    states: [],
    postalCode:
      /^([gG][iI][rR][ ]?0[aA]{2,2}|[a-zA-Z]([0-9][0-9a-zA-Z]?|[a-zA-Z][0-9][0-9a-zA-Z]?)[ ]?[0-9][a-zA-Z]{2,2})$/,
    postalCodeExample: 'SW1A 1AA',
  },
  PT: {
    isCityRequired: true,
    isPostalCodeRequired: true,
    isStateRequired: false,
    states: [],
    postalCode: /^\d{4}(-\d{3})?$/,
    postalCodeExample: '1000-001',
  },
  CA: {
    isCityRequired: false,
    isPostalCodeRequired: false,
    isStateRequired: false,
    states: list('AB BC MB NB NL NS NT NU ON PE QC SK YT'),
  },
};
