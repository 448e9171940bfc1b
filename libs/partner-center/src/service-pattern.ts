import { parsePattern, type PatternPart } from './pattern-parser.js';

/** Longest text that is held against a pattern; no postal code and no registration number comes near. */
const MAX_TEXT = 64;
const MAX_SOURCE = 500;
/** Most steps a match may take. Patterns of postal codes need some hundred, `(a+)+` more than there are atoms. */
const MAX_STEPS = 100_000;

/** A regular expression of the service that is safe to run on any text. */
export interface ServicePattern {
  /** As the service wrote it. */
  readonly source: string;
  readonly expression: RegExp;
}

/**
 * Translates an expression of the service's country rules (reference 2.1). It is .NET's: digits are those of every
 * script. It comes over the network and runs on data of others, so only what has a bounded number of ways to match is
 * taken; look-around, back references, negated classes and all else that postal codes do not need are not. Null means: no
 * rule. Upper and lower case are the same, because nobody says whether the service tells them apart.
 */
export function compilePattern(source: string): ServicePattern | null {
  if (source.trim() === '' || source.length > MAX_SOURCE) return null;
  const part = parsePattern(source, MAX_TEXT);
  if (part === null || stepsOf(part) > MAX_STEPS) return null;
  try {
    return { source, expression: new RegExp(part.script, 'iu') };
  } catch {
    return null;
  }
}

/** Whether a text is what the pattern describes. Bounded in time for every text. */
export function isMatch({ expression }: ServicePattern, text: string): boolean {
  return text.length <= MAX_TEXT && expression.test(text);
}

/** Without `^` a match is tried from every character. */
function stepsOf({ ways, steps, isAnchored }: PatternPart): number {
  return ways * steps * (isAnchored ? 1 : MAX_TEXT);
}
