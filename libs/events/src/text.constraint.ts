import { ValidateBy, type ValidationArguments } from 'class-validator';
import { isLengthBetween, isStorableText } from './text.js';

export interface TextRule {
  /** A required text is there and not empty. */
  required?: boolean;
  min?: number;
  max?: number;
  matches?: (text: string) => boolean;
  /** What `matches` wants, for a person. */
  expects?: string;
}

/**
 * The one constraint of every text member: type, length, form and storable characters in a single class-validator call.
 * Absent is fine unless required. Messages say what would be right and never show the value.
 */
export function Text(rule: TextRule = {}): PropertyDecorator {
  const min = rule.min ?? (rule.required ? 1 : 0);
  const max = rule.max ?? Number.MAX_SAFE_INTEGER;
  const { required = false, matches = () => true } = rule;
  const validate = (value: unknown): boolean =>
    typeof value === 'string'
      ? isLengthBetween(value, min, max) && matches(value) && isStorableText(value)
      : value === undefined && !required;
  const decorate = ValidateBy({
    name: 'text',
    validator: { validate, defaultMessage: (args) => explain(rule, args) },
  });
  return (target, property) => decorate(target, property);
}

function explain(rule: TextRule, args: ValidationArguments | undefined): string {
  const value: unknown = args?.value;
  const expected = rule.expects ?? `text${lengthOf(rule)}`;
  if (value === undefined || value === '') return `is required: ${expected}`;
  if (typeof value === 'string' && !isStorableText(value)) return 'must not contain NUL or unpaired surrogates';
  return `must be ${expected}`;
}

function lengthOf(rule: TextRule): string {
  const min = rule.min ?? (rule.required ? 1 : 0);
  if (rule.max === undefined) return min === 0 ? '' : `, not empty`;
  return ` of ${min} to ${rule.max} characters`;
}
