function wholeNumber(name: string, fallback: number): number {
  return Number(process.env[name] ?? fallback);
}

/** Worlds side by side, each with its own ledger and simulator: one waits for its database while others compute. */
export const LANES = 10;

export const MODEL = {
  sequences: wholeNumber('MODEL_SEQUENCES', 2_000),
  seed: wholeNumber('MODEL_SEED', 1),
  steps: wholeNumber('MODEL_STEPS', 12),
};
