/** Help that ends in examples; each is a command line without `npx onboarding`. */
export function examples(...lines: string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  $ npx onboarding ${line}`)].join('\n');
}
