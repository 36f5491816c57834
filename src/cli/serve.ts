import { type ProcessRole, processRoles, type StartApp } from '../app/shared/run-options.ts';
import { readConfig } from '../config/load.ts';
import type { Config } from '../config/schema/schema.ts';
import { secretsOf } from '../config/schema/secret.ts';
import { FarmhandError, messageOf } from '../core/errors.ts';
import { createLogger } from '../observability/logger.ts';
import { createRedactor } from '../observability/redact.ts';
import { type ProcessEvents, runUntilStopped } from './lifecycle.ts';
import { type ExitCode, exitCodes } from './terminal/failure.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Kubernetes gives 30 s by default; the rest is for the signal to arrive and the log to be written. */
const graceMs = 20_000;

export interface ServeDeps {
  readonly startApp: StartApp;
  readonly events: ProcessEvents;
  /** Where the log goes, one line at a time; default: standard output, written synchronously. */
  readonly logTo?: { write(line: string): void };
}

/** Serves until asked to stop. @throws ConfigError before anything is started */
export const runServe = async (
  options: { readonly config: string; readonly roles: ReadonlySet<ProcessRole>; readonly version: string },
  terminal: Terminal,
  deps: ServeDeps,
): Promise<ExitCode> => {
  const { env, readFile } = terminal;
  const { config: path, version } = options;
  const redactor = createRedactor();
  const read = () => {
    const loaded = readConfig({ file: path, env, readFile, secretsFor: { roles: options.roles } });
    for (const secret of secretsOf(loaded.config)) redactor.registerSecret(secret.reveal());
    return loaded;
  };
  const load = (): Config => read().config;
  const { config, sharedDefaults } = read();
  const log = createLogger({
    level: config.log.level,
    redactor,
    base: { version, roles: [...options.roles] },
    ...(deps.logTo && { destination: deps.logTo }),
  });
  if (sharedDefaults.length > 0) {
    log.warn(
      { settings: sharedDefaults, installation: config.installation.name },
      'Another installation on this Redis or Kafka would have the same names; farmhand check says what to write',
    );
  }
  const configFile = { path, readText: () => readFile(path), load };
  try {
    return await runUntilStopped({
      start: (signal, fail) =>
        deps.startApp({
          config,
          configFile,
          roles: options.roles,
          version,
          env,
          log,
          redactor,
          signal,
          fail,
        }),
      events: deps.events,
      switchLevel: log.switchLevel,
      log,
      graceMs,
    });
  } catch (error) {
    log.error({ error }, 'farmhand could not start');
    terminal.err(redactor.text(`farmhand could not start: ${messageOf(error)}`));
    if (!(error instanceof FarmhandError)) terminal.err('The log line above has the details.');
    return exitCodes.failed;
  }
};

/** `all`, or one or several roles separated by commas; undefined when one of them is none. */
export const parseRoles = (text: string): ReadonlySet<ProcessRole> | undefined => {
  if (text === 'all') return new Set(processRoles);
  const asked = text.split(',').map((name) => name.trim());
  const known = processRoles.filter((role) => asked.includes(role));
  return asked.every((name) => processRoles.some((role) => role === name)) ? new Set(known) : undefined;
};
