import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const mavenCommand = 'mvn';

/** The `java` to call: JAVA_HOME's, where it is set. */
export const javaCommand = (env: NodeJS.ProcessEnv): string =>
  env['JAVA_HOME'] ? join(env['JAVA_HOME'], 'bin', 'java') : 'java';

/** 17 of `openjdk version "17.0.15"`, 8 of `java version "1.8.0_412"`; undefined when it is neither. */
export const parseJavaVersion = (output: string): number | undefined => {
  const found = /version "(?:1\.)?(\d+)/.exec(output)?.[1];
  return found === undefined ? undefined : Number(found);
};

/** What is missing to run Kafka 4's Java, in words; undefined when nothing is. */
export const missingJava = async (env: NodeJS.ProcessEnv): Promise<string | undefined> => {
  const command = javaCommand(env);
  try {
    const { stderr } = await run(command, ['-version']);
    const version = parseJavaVersion(stderr);
    if (version !== undefined && version >= 17) return undefined;
    return `Kafka 4 needs Java 17 or newer; \`${command}\` is ${version ?? 'of an unknown version'}`;
  } catch {
    return `Kafka needs Java 17 or newer; \`${command}\` did not run (Debian: apt install openjdk-17-jre-headless)`;
  }
};

/** What is missing to fetch Kafka, in words; undefined when nothing is. */
export const missingMaven = async (): Promise<string | undefined> => {
  try {
    await run(mavenCommand, ['-version']);
    return undefined;
  } catch {
    return 'Kafka is fetched once with Maven; `mvn` did not run (Debian: apt install maven)';
  }
};
