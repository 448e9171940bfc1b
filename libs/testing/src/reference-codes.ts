/**
 * Codes as the reference lists them, written down apart from the client's own table so that one can check the other.
 * Each line: code, HTTP status (- if unknown), suggested class (error-codes.json, "relevantToCustomers").
 */
const RELEVANT = `
0 501 permanent
400 401 authRefresh
1000 404 permanent
1002 403 permanent-config
2000 400 permanent-input
2001 400 permanent-input
2007 400 permanent-input
2030 403 permanent-config
2032 403 permanent-config
2200 400 permanent-input
2201 400 permanent-input
2203 400 permanent-config
2204 400 permanent-input
2205 400 permanent-input
2206 400 permanent-config
3000 400 permanent-input
13605 403 permanent-config
20002 403 permanent-config
27002 400 permanent-input+reconcile
27100 400 reconcile
60002 404 permanent
60003 404 eventual
60012 400 not-applicable
60071 - permanent-input
600002 400 permanent-input
600006 403 permanent-config
600009 - not-applicable
600041 - not-applicable
600049 400 permanent-input
600050 400 permanent-input
600051 400 permanent-input
600061 400 idempotent-success
600074 404 eventual
800001 401 authRefresh
800002 400 permanent-input
800003 500 ambiguous
800018 400 permanent-config
800036 417 permanent
800039 403 permanent-config
800073 403 later-stage
800074 403 later-stage
800075 403 later-stage
900118 400 permanent-input
900123 403 permanent-config
900124 403 permanent-config
900127 400 permanent-config
900149 403 permanent-config
900150 403 permanent-config
900154 400 permanent-input
900192 500 ambiguous
900308 403 permanent-config
900309 403 permanent-config
900329 403 permanent-config
900416 403 permanent-config
900420 401 permanent-config
900421 401 permanent-config
90000 403 permanent-config
400056 400 permanent-input
10001 401 permanent-config
`;

/** Every code of the error table of 2021 with the statuses it is documented with ("allDocumented2021"). */
const DOCUMENTED = `
0:501 400:401 1000:404 2001:400 2002:400 2006:400/403 2011:400 2012:400 2030:403 2032:403 2054:400 2055:400 2071:400
2072:404 2085:403 2091:403 2100:400 3000:400 4018:400 6000:400 6001:400 13605:403 20000:404 20002:403 20003:404
27006:400 27007:400 27009:409 60000:400 60002:404 60003:404 400072:200 600002:400 600049:400 600050:400 600051:400
800001:401 800002:400 800003:500 800004:400 800005:500 800007:404 800008:404 800009:400 800010:400 800011:400
800012:400 800013:400 800014:409 800015:404 800016:400 800017:400 800018:400 800019:403 800020:403 800021:400
800022:400 800023:403 800024:400 800025:400 800026:400 800027:403 800028:403 800029:400 800030:400 800031:500
800036:417 800037:404 800038:404 800039:403 800040:400 800041:400 800042:400 800043:403 800060:409 800061:400
800062:400 800063:400 800064:409 800065:400 800066:403 800067:403 800068:403 800069:403 800070:400 800071:400
800072:400 800073:403 800074:403 800075:403 800076:404 800077:403 800078:400 800080:400 800081:400 800082:400
800083:500 800084:500 800085:400 800086:400 800087:500 800088:403 800089:403 800090:400 800091:400 800092:400
800093:400 800094:500 800095:400 800096:400 800097:400 800098:400 800111:404 800112:403 800114:403 800115:403
900100:404 900101:409 900102:400 900103:500 900104:409 900105:403 900106:404 900107:400 900108:403 900109:409
900110:400 900111:400 900112:409 900113:409 900114:409 900115:403 900116:400 900117:400 900118:400 900119:403
900120:403 900121:403 900122:404 900123:403 900124:403 900125:400 900126:400 900127:400 900128:400 900129:400
900130:403 900131:400 900132:400 900133:400 900134:400 900135:500 900136:400 900137:403 900138:403 900139:403
900140:404 900141:400 900142:400 900143:400 900144:400 900145:400 900146:400 900147:400 900148:400 900149:403
900150:403 900192:500 900203:400
`;

export interface RelevantCode {
  code: string;
  status: number | null;
  class: string;
}

export const RELEVANT_CODES: readonly RelevantCode[] = RELEVANT.trim()
  .split('\n')
  .map((line) => {
    const [code = '', status = '-', name = ''] = line.split(' ');
    return { code, status: status === '-' ? null : Number(status), class: name };
  });

export const DOCUMENTED_CODES: readonly { code: string; status: number }[] = DOCUMENTED.trim()
  .split(/\s+/)
  .flatMap((entry) => {
    const [code = '', statuses = ''] = entry.split(':');
    return statuses.split('/').map((status) => ({ code, status: Number(status) }));
  });

/** Status and class of http-status-retry.json; 0 (no answer) is tested with the transport. */
export const STATUS_CLASSES: readonly (readonly [number, string])[] = [
  [400, 'permanent'],
  [401, 'authRefresh'],
  [403, 'permanent'],
  [404, 'permanent'],
  [405, 'permanent'],
  [406, 'permanent'],
  [408, 'ambiguous'],
  [409, 'reconcile'],
  [410, 'permanent'],
  [412, 'permanent'],
  [417, 'permanent'],
  [429, 'throttled'],
  [500, 'ambiguous'],
  [501, 'permanent'],
  [502, 'ambiguous'],
  [503, 'ambiguous'],
  [504, 'ambiguous'],
];
