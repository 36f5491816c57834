import { existsSync } from 'node:fs';
import { jarDirectory } from './jars.ts';
import { missingJava, missingMaven } from './java.ts';

/** What keeps a Kafka broker from being started here, in words; empty when nothing does. */
export const kafkaMissing = async (env: NodeJS.ProcessEnv): Promise<readonly string[]> => {
  const fetched = existsSync(await jarDirectory(env));
  const missing = await Promise.all([missingJava(env), fetched ? undefined : missingMaven()]);
  return missing.filter((what) => what !== undefined);
};
