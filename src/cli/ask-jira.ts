import { readConfig } from '../config/load.ts';
import { openHttp } from '../integrations/http-client/call.ts';
import { checkJira, ticketTargets } from '../integrations/jira/check.ts';
import { kindName } from '../integrations/jira/client/kind.ts';
import { type ExitCode, exitCodes } from './terminal/failure.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Asks the Jira of a config that is valid: which kind it is, and whether tickets can be raised. Changes nothing there. */
export const runAskJira = async (
  file: string,
  { env, readFile, now, out, style }: Terminal,
): Promise<ExitCode> => {
  const { config } = readConfig({ file, env, readFile });
  const { jira } = config;
  if (!jira) return exitCodes.ok;
  await using http = openHttp({ proxyFromEnv: true });
  const targets = ticketTargets(jira, config.routes);
  const { problems, warnings, unreachable } = await checkJira(
    jira,
    { http, now, rebuilds: config.rebuilds !== undefined },
    targets,
  );
  const name = `${kindName[jira.kind]} at ${jira.host}`;
  if (unreachable !== undefined) out(`${style('red', '✗')} ${name} does not answer: ${unreachable}`);
  else if (problems.length === 0) out(`${style('green', '✓')} ${name} takes the login, and tickets.`);
  else out(`${style('red', '✗')} Tickets cannot be raised in ${jira.host}:`);
  for (const { path, message } of problems) out(`  ${path}: ${message}`);
  for (const { path, message } of warnings) out(`${style('yellow', '!')} ${path}: ${message}`);
  return unreachable !== undefined || problems.length > 0 ? exitCodes.failed : exitCodes.ok;
};
