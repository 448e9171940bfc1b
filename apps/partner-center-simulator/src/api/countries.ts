/**
 * The markets of the service and what is known of their rules (reference 2.1, 2.2). The simulator's own copy: it shares
 * no table with the client, as both would be wrong alike.
 */
export interface CountryRules {
  readonly iso2Code: string;
  readonly defaultCulture: string;
  readonly isStateRequired: boolean;
  readonly supportedStatesList: readonly string[];
  readonly supportedLanguagesList: readonly string[];
  readonly supportedCulturesList: readonly string[];
  readonly isPostalCodeRequired: boolean;
  readonly postalCodeRegex?: string;
  readonly isCityRequired: boolean;
  readonly isVatIdSupported: boolean;
  readonly taxIdFormat?: string;
  readonly taxIdSample?: string;
  readonly vatIdRegex?: string;
  readonly phoneNumberRegex?: string;
  readonly isTaxIdSupported: boolean;
  readonly isTaxIdOptional: boolean;
  readonly countryCallingCodesList: readonly string[];
  readonly customerOrganizationRegistrationNumberRegex?: string;
  readonly customerOrganizationRegistrationNumberSample?: string;
  readonly customerOrganizationRegistrationNumberRequired?: boolean;
  readonly attributes: { readonly objectType: string };
}

/** Organization registration number and phone are mandatory here and refused elsewhere (reference 2.2). */
export const REGISTRATION_NUMBER_COUNTRIES: ReadonlySet<string> = new Set(
  'AM AZ BY HU KZ KG MD RU TJ UZ UA BR IN ZA PL AE SA TR TH VN MM IQ SS VE'.split(' '),
);

/** Cultures by country, the local one first: 248 markets. XS and XE are not official codes; GB, not UK. */
export const COUNTRY_CULTURES: Readonly<Record<string, readonly string[]>> = cultures(
  'AF ps-AF,en-US; AX sv-SE,en-US; AL sq-AL,en-US; DZ ar-DZ,en-US; AS en-US; AD ca-ES,en-US; ' +
    'AO pt-PT,en-US; AI en-US; AQ en-US; AG en-US; AR es-AR,en-US; AM hy-AM,en-US; AW nl-NL,en-US; ' +
    'AU en-AU,en-US; AT de-AT,en-US; AZ az-Latn-AZ,en-US; BS en-GB,en-US; BH ar-BH,en-US; BD bn-BD,en-US; ' +
    'BB en-GB,en-US; BY be-BY,en-US; BE fr-BE,nl-BE,en-US; BZ en-BZ,en-US; BJ fr-FR,en-US; BM en-GB,en-US; ' +
    'BT en-US; BO es-BO,en-US; BQ nl-NL,en-US; BA bs-Latn-BA,en-US; BW en-GB,en-US; BV nb-NO,en-US; ' +
    'BR pt-BR,en-US; IO en-US; VG en-US; BN ms-BN,en-US; BG bg-BG,en-US; BF fr-FR,en-US; BI fr-FR,en-US; ' +
    'CV pt-CV,en-US; KH km-KH,en-US; CM fr-FR,en-US; CA fr-CA,en-US; KY en-GB,en-US; CF fr-FR,en-US; ' +
    'TD fr-FR,en-US; CL es-CL,en-US; CN zh-CN,en-US; CX en-US; CC en-US; CO es-CO,en-US; KM fr-FR,en-US; ' +
    'CG fr-FR,en-US; CD fr-FR,en-US; CK en-US; CR es-CR,en-US; CI fr-FR,en-US; HR hr-HR,en-US; ' +
    'CW nl-NL,en-US; CY el-GR,en-US; CZ cs-CZ,en-US; DK da-DK,en-US; DJ fr-FR,en-US; DM en-US; ' +
    'DO es-DO,en-US; EC es-EC,en-US; EG ar-EG,en-US; SV es-SV,en-US; GQ es-ES,en-US; ER ar-SA,en-US; ' +
    'EE et-EE,en-US; SZ en-US; ET am-ET,en-US; FK en-US; FO fo-FO,en-US; FJ en-GB,en-US; ' +
    'FI fi-FI,sv-FI,en-US; FR fr-FR,en-US; GF fr-FR,en-US; PF fr-FR,en-US; TF fr-FR,en-US; GA fr-FR,en-US; ' +
    'GM en-US; GE ka-GE,en-US; DE de-DE,en-US; GH en-GB,en-US; GI en-US; GR el-GR,en-US; GL da-DK,en-US; ' +
    'GD en-US; GP fr-FR,en-US; GU en-US; GT es-GT,en-US; GG en-US; GN fr-FR,en-US; GW pt-PT,en-US; GY en-US; ' +
    'HT fr-FR,en-US; HM en-US; HN es-HN,en-US; HK zh-HK,en-US; HU hu-HU,en-US; IS is-IS,en-US; ' +
    'IN en-IN,hi-IN,en-US; ID id-ID,en-US; IQ ar-IQ,en-US; IE en-IE,en-US; IM en-US; IL he-IL,en-US; ' +
    'IT it-IT,en-US; JM en-JM,en-US; XJ nb-NO,en-US; JP ja-JP,en-US; JE en-US; JO ar-JO,en-US; ' +
    'KZ kk-KZ,en-US; KE sw-KE,en-US; KI en-US; KR ko-KR,en-US; XK en-US; KW ar-KW,en-US; KG ky-KG,en-US; ' +
    'LA lo-LA,en-US; LV lv-LV,en-US; LB ar-LB,en-US; LS en-US; LR en-US; LY ar-LY,en-US; LI de-LI,en-US; ' +
    'LT lt-LT,en-US; LU de-LU,fr-LU,en-US; MO zh-MO,en-US; MK mk-MK,en-US; MG fr-FR,en-US; MW en-US; ' +
    'MY en-MY,en-US; MV dv-MV,en-US; ML fr-FR,en-US; MT mt-MT,en-US; MH en-US; MQ fr-FR,en-US; ' +
    'MR ar-SA,en-US; MU en-GB,en-US; YT fr-FR,en-US; MX es-MX,en-US; FM en-US; MD ro-RO,en-US; ' +
    'MC fr-MC,en-US; MN mn-MN,en-US; ME sr-Latn-ME,en-US; MS en-US; MA ar-MA,en-US; MZ pt-PT; MM en-US; ' +
    'NA en-GB,en-US; NR en-US; NP ne-NP,en-US; AN en-US; NL nl-NL,en-US; NC fr-FR,en-US; NZ en-NZ,en-US; ' +
    'NI es-NI,en-US; NE fr-FR,en-US; NG ha-Latn-NG,en-US; NU en-US; NF en-US; MP en-US; NO nb-NO,en-US; ' +
    'OM ar-OM,en-US; PK ur-PK,en-US; PW en-US; PS ar-SA,en-US; PA es-PA,en-US; PG en-US; PY es-PY,en-US; ' +
    'PE es-PE,en-US; PH en-PH,en-US; PN en-US; PL pl-PL,en-US; PT pt-PT,en-US; PR es-PR,en-US; ' +
    'QA ar-QA,en-US; RE fr-FR,en-US; RO ro-RO,en-US; RU ru-RU,en-US; RW rw-RW,en-US; XS nl-NL,en-US; ' +
    'KN en-GB,en-US; LC en-US; MF fr-FR,en-US; PM fr-FR,en-US; VC en-US; BL fr-FR,en-US; WS en-US; ' +
    'SM it-IT,en-US; ST pt-PT,en-US; SA ar-SA,en-US; SN wo-SN,en-US; RS sr-Latn-RS,sr-Cyrl-RS,en-US; ' +
    'SC en-US; SL en-US; SG en-SG,zh-SG,en-US; XE nl-NL,en-US; SX en-US; SK sk-SK,en-US; SI sl-SI,en-US; ' +
    'SB en-US; SO ar-SA,en-US; ZA en-ZA,en-US; GS en-US; SS en-US; ES es-ES,ca-ES,eu-ES,gl-ES,en-US; ' +
    'LK si-LK,en-US; SH en-US; SR nl-NL; SJ nb-NO,en-US; SE sv-SE,en-US; CH de-CH,fr-CH,it-CH,en-US; ' +
    'TW zh-TW,en-US; TJ tg-Cyrl-TJ,en-US; TZ en-GB,en-US; TH th-TH,en-US; TL pt-PT,en-US; TG fr-FR,en-US; ' +
    'TK en-US; TO en-US; TT en-TT,en-US; TN ar-TN,en-US; TR tr-TR,en-US; TM tk-TM,en-US; TC en-US; TV en-US; ' +
    'UG en-GB,en-US; UA uk-UA,en-US; AE ar-AE,en-US; GB en-GB,en-US; UM en-US; VI en-US; US en-US,es-US; ' +
    'UY es-UY,en-US; UZ uz-Latn-UZ,en-US; VU en-US; VA it-IT,en-US; VE es-VE,en-US; VN vi-VN,en-US; ' +
    'WF fr-FR,en-US; YE ar-YE,en-US; ZM en-GB,en-US; ZW en-ZW,en-US',
);

function cultures(table: string): Record<string, readonly string[]> {
  return Object.fromEntries(table.split('; ').map((row) => [row.slice(0, 2), row.slice(3).split(',')]));
}

/** Bodies as the live service returned them for five markets. */
export const COUNTRY_RULES: Readonly<Record<string, CountryRules>> = {
  US: {
    iso2Code: 'US',
    defaultCulture: 'en-US',
    isStateRequired: true,
    supportedStatesList:
      'AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR PA RI SC SD TN TX UT VA VT WA WI WV WY'.split(
        ' ',
      ),
    supportedLanguagesList: ['en', 'es'],
    supportedCulturesList: ['en-US', 'es-US'],
    isPostalCodeRequired: true,
    postalCodeRegex: '^\\d{5}(-\\d{4})?$',
    isCityRequired: true,
    isVatIdSupported: false,
    phoneNumberRegex: '^(1[ \\-\\/\\.]?)?(\\((\\d{3})\\)|(\\d{3}))[ \\-\\/\\.]?(\\d{3})[ \\-\\/\\.]?(\\d{4})$',
    isTaxIdSupported: true,
    isTaxIdOptional: true,
    countryCallingCodesList: ['1'],
    attributes: {
      objectType: 'CountryValidationRules',
    },
  },
  CN: {
    iso2Code: 'CN',
    defaultCulture: 'zh-CN',
    isStateRequired: true,
    supportedStatesList:
      'AH BJ CQ FJ GD GS GX GZ HA HB HE HI HL HN JL JS JX LN NM NX QH SC SD SH SN SX TJ XJ XZ YN ZJ'.split(' '),
    supportedLanguagesList: ['zh-CHS', 'en'],
    supportedCulturesList: ['zh-CN', 'en-US'],
    isPostalCodeRequired: true,
    postalCodeRegex: '^[0-9]{6,6}$',
    isCityRequired: true,
    isVatIdSupported: false,
    isTaxIdSupported: false,
    isTaxIdOptional: false,
    countryCallingCodesList: ['86'],
    attributes: {
      objectType: 'CountryValidationRules',
    },
  },
  DE: {
    iso2Code: 'DE',
    defaultCulture: 'de-DE',
    isStateRequired: false,
    supportedStatesList: [],
    supportedLanguagesList: ['en', 'de'],
    supportedCulturesList: ['de-DE', 'en-US'],
    isPostalCodeRequired: true,
    postalCodeRegex: '^[0-9]{5,5}$',
    isCityRequired: true,
    isVatIdSupported: true,
    taxIdFormat: 'DE#########',
    vatIdRegex: '^DE[\\d]{9,9}$',
    isTaxIdSupported: false,
    isTaxIdOptional: true,
    countryCallingCodesList: ['49'],
    attributes: {
      objectType: 'CountryValidationRules',
    },
  },
  GB: {
    iso2Code: 'GB',
    defaultCulture: 'en-GB',
    isStateRequired: false,
    supportedStatesList: [],
    supportedLanguagesList: ['en'],
    supportedCulturesList: ['en-GB', 'en-US'],
    isPostalCodeRequired: true,
    postalCodeRegex:
      '^([gG][iI][rR][ ]?0[aA]{2,2}|[a-zA-Z]([0-9][0-9a-zA-Z]?|[a-zA-Z][0-9][0-9a-zA-Z]?)[ ]?[0-9][a-zA-Z]{2,2})$',
    isCityRequired: true,
    isVatIdSupported: true,
    taxIdFormat: 'GB#########',
    vatIdRegex: '^GB(([\\d]{3,3}[\\d]{4,4}[\\d]{2,2}([\\d]{3,3})?)|((GD|HA)[\\d]{3,3}))$',
    isTaxIdSupported: false,
    isTaxIdOptional: true,
    countryCallingCodesList: ['44'],
    attributes: {
      objectType: 'CountryValidationRules',
    },
  },
  PT: {
    iso2Code: 'PT',
    defaultCulture: 'pt-PT',
    isStateRequired: false,
    supportedStatesList: [],
    supportedLanguagesList: ['en', 'pt-PT'],
    supportedCulturesList: ['pt-PT', 'en-US'],
    isPostalCodeRequired: true,
    postalCodeRegex: '^\\d{4}(-\\d{3})?$',
    isCityRequired: true,
    isVatIdSupported: true,
    taxIdFormat: 'PT#########',
    taxIdSample: 'PT980152267',
    vatIdRegex: '^PT[\\d]{9,9}$',
    isTaxIdSupported: false,
    isTaxIdOptional: false,
    countryCallingCodesList: ['351'],
    attributes: {
      objectType: 'CountryValidationRules',
    },
  },
};
