import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { localFolder, repositoryRoot } from './repository.js';

const run = promisify(execFile);
const MAVEN_TIMEOUT_MS = 600_000;
const JAVA_MIN_MAJOR = 17;
const pom = join(repositoryRoot, 'libs/testing/kafka/pom.xml');

/** Why a broker cannot run as a local process, in one sentence; undefined when it can. */
export async function whyNoKafkaProcess(): Promise<string | undefined> {
  const major = await javaMajor();
  if (major === undefined) return 'java is missing (Java 17 or newer runs Kafka)';
  if (major < JAVA_MIN_MAJOR) return `java is version ${major} (Kafka needs 17 or newer)`;
  if (existsSync(jarFolder())) return undefined;
  const hasMaven = await run('mvn', ['-v']).then(
    () => true,
    () => false,
  );
  return hasMaven ? undefined : 'mvn is missing (Maven fetches the jars of Kafka once)';
}

/** The folder with the broker's jars, `.local/kafka/<version>`; Maven fills it once (54 MB, some 20 s). */
export async function kafkaJars(): Promise<string> {
  const folder = jarFolder();
  if (existsSync(folder)) return folder;
  console.error('fetching the jars of Kafka with Maven (once, 54 MB) …');
  const parent = join(localFolder, 'kafka');
  mkdirSync(parent, { recursive: true });
  // Filled beside its place and renamed: a download that broke off, or a second one, leaves no half a folder.
  const draft = mkdtempSync(join(parent, 'draft-'));
  try {
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${draft}`, '-DincludeScope=runtime'];
    await run('mvn', ['-q', '-B', '-f', pom, ...goal], { timeout: MAVEN_TIMEOUT_MS });
    chmodSync(draft, 0o755);
    if (!existsSync(folder)) renameSync(draft, folder);
  } catch (cause) {
    throw new Error('Maven could not fetch the jars of Kafka', { cause });
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

function jarFolder(): string {
  const version = /<kafka\.version>(.+)<\/kafka\.version>/.exec(readFileSync(pom, 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${pom} names no kafka.version`);
  return join(localFolder, 'kafka', version);
}

async function javaMajor(): Promise<number | undefined> {
  try {
    const { stderr, stdout } = await run('java', ['-version']);
    const version = /version "(\d+)/.exec(stderr + stdout)?.[1];
    return version === undefined ? undefined : Number(version);
  } catch {
    return undefined;
  }
}
