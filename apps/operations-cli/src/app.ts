import type { Exit } from './command-error.js';
import type { Output } from './output.js';
import type { Tools } from './tools.js';

/** What every command works with. `tools` reads the settings when it is first called: help needs none. */
export interface App {
  out: Output;
  tools: () => Tools;
  /** Another exit status than 0 for a command that answered. */
  end: (exit: Exit) => void;
}
