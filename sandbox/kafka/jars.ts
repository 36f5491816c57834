import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { FarmhandError } from '../../src/core/errors.ts';
import { mavenCommand } from './java.ts';

const here = import.meta.dirname;
const copyDependencies = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

const sha256 = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};

/** `<sha256>  <name>` lines, as sha256sum writes them. */
const readLock = async (): Promise<ReadonlyMap<string, string>> => {
  const text = await readFile(join(here, 'jars.sha256'), 'utf8');
  return new Map(
    text
      .trim()
      .split('\n')
      .map((line) => [line.slice(66), line.slice(0, 64)] as const),
  );
};

/** Where the jars of exactly this `jars.sha256` are, or will be, kept. */
export const jarDirectory = async (env: NodeJS.ProcessEnv): Promise<string> => {
  const cache = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const key = (await sha256(join(here, 'jars.sha256'))).slice(0, 12);
  return join(cache, 'farmhand', `kafka-${key}`);
};

/**
 * Says how many of the wanted jars Maven has fetched, at each quarter and no more often; undefined for a line that is
 * none of them. Maven fetches its own plugin by the same way, and that is nobody's business.
 */
export const createJarCounter = (wanted: ReadonlySet<string>) => {
  const fetched = new Set<string>();
  let told = 0;
  return (line: string): string | undefined => {
    const jar = /^(?:\[INFO\] )?Downloaded from .*\/([^/]+\.jar) /.exec(line)?.[1];
    if (jar === undefined || !wanted.has(jar)) return undefined;
    fetched.add(jar);
    const quarter = Math.floor((4 * fetched.size) / wanted.size);
    if (quarter === told) return undefined;
    told = quarter;
    return `Kafka: ${fetched.size} of ${wanted.size} files fetched`;
  };
};

const runMaven = async (
  directory: string,
  wanted: ReadonlySet<string>,
  onProgress: (line: string) => void,
): Promise<void> => {
  await mkdir(directory, { recursive: true });
  await copyFile(join(here, 'pom.xml'), join(directory, 'pom.xml'));
  const maven = spawn(
    mavenCommand,
    [
      ...['--batch-mode', '--strict-checksums', '--file', join(directory, 'pom.xml'), copyDependencies],
      ...['-DincludeScope=runtime', `-DoutputDirectory=${join(directory, 'jars')}`],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise<number | null>((resolve, reject) => {
    maven.once('close', resolve).once('error', reject);
  });
  const lines: string[] = [];
  const counted = createJarCounter(wanted);
  for await (const line of createInterface({ input: maven.stdout })) {
    lines.push(line);
    const progress = counted(line);
    if (progress !== undefined) onProgress(progress);
  }
  const code = await ended;
  if (code !== 0) {
    const problem = lines.filter((line) => line.includes('ERROR')).slice(0, 8);
    throw new FarmhandError(
      'kafka_not_fetched',
      `Maven could not fetch Kafka (exit code ${code}); nothing was kept. Is Maven Central reachable, or a mirror ` +
        `set in ~/.m2/settings.xml?\n${problem.map((line) => `  ${line}`).join('\n')}`,
    );
  }
};

const verify = async (directory: string, lock: ReadonlyMap<string, string>): Promise<readonly string[]> => {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.jar'));
  const wrong: string[] = [];
  for (const name of new Set([...names, ...lock.keys()])) {
    const found = names.includes(name) ? await sha256(join(directory, name)) : 'nothing';
    const wanted = lock.get(name) ?? 'nothing';
    if (found !== wanted) wrong.push(`${name}: expected ${wanted}, found ${found}`);
  }
  return wrong;
};

/**
 * The directory with Kafka's jars. Fetched through Maven the first time, each file held against `jars.sha256`,
 * kept under the user's cache; afterwards neither Maven nor a network is needed.
 */
export const ensureJars = async (
  env: NodeJS.ProcessEnv,
  onProgress: (line: string) => void = () => undefined,
): Promise<string> => {
  const target = await jarDirectory(env);
  if (existsSync(target)) return target;
  const lock = await readLock();
  onProgress(`Kafka: fetching ${lock.size} files (about 45 MB) from Maven Central, once`);
  const work = `${target}.${process.pid}.partial`;
  try {
    await runMaven(work, new Set(lock.keys()), onProgress);
    const wrong = await verify(join(work, 'jars'), lock);
    if (wrong.length > 0) {
      throw new FarmhandError(
        'kafka_jars_differ',
        `Kafka was fetched, but is not what sandbox/kafka/jars.sha256 expects; nothing was kept.\n  ${wrong.join('\n  ')}`,
      );
    }
    // Two at once: the first one's directory stands, the second's is thrown away.
    await rename(join(work, 'jars'), target).catch((error: unknown) => {
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  onProgress(`Kafka: kept in ${target}`);
  return target;
};

/** Fetches what pom.xml names and writes `jars.sha256` from it; for a change of version only. */
export const updateLock = async (directory: string, onProgress: (line: string) => void): Promise<void> => {
  await runMaven(directory, new Set(), onProgress);
  const jars = (await readdir(join(directory, 'jars'))).sort();
  const lines = await Promise.all(
    jars.map(async (name) => `${await sha256(join(directory, 'jars', name))}  ${basename(name)}\n`),
  );
  await writeFile(join(here, 'jars.sha256'), lines.join(''));
};
