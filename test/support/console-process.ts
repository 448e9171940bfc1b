import { type NodeProcess, type OnboardingSystem, eventually, freePort, spawnNode } from '#testing';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../../../dist/apps/operations-console/src/main.js');
export const OPERATOR = 'the-token-of-the-operators';

/** The built console as `npm run console` starts it, on the parts of a system. */
export class ConsoleProcess {
  private constructor(
    private readonly process: NodeProcess,
    readonly url: string,
  ) {}

  static async start({ settings }: OnboardingSystem): Promise<ConsoleProcess> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const process = await spawnNode(MAIN, { ...settings, CONSOLE_PORT: String(port), CONSOLE_TOKEN: OPERATOR });
    const isUp = async (): Promise<boolean> => {
      if (process.hasExited) throw new Error(`the console ended: ${process.stdout}${process.stderr}`);
      return (await fetch(`${url}/health/live`)).ok;
    };
    await eventually(isUp, { what: 'the console to be up', timeoutMs: 60_000 });
    return new ConsoleProcess(process, url);
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }
}
