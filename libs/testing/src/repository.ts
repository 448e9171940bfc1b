import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

function findRepositoryRoot(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package-lock.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`no package-lock.json above ${import.meta.dirname}`);
  }
}

/** The folder that holds package-lock.json: the same from the sources and from `dist`. */
export const repositoryRoot = findRepositoryRoot();

/** Everything that tests, benchmarks and the demo leave on disk; in .gitignore. */
export const localFolder = join(repositoryRoot, '.local');

/** The absolute path of a file of the repository. */
export function fromRepository(path: string): string {
  return join(repositoryRoot, path);
}
