import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import type { ProcessRole } from '../app/shared/run-options.ts';
import { severities } from '../core/severity.ts';
import { runAskJira } from './ask-jira.ts';
import { type AuditDeps, type ExportOptions, runAuditExport, runAuditVerify } from './audit.ts';
import { runCheck } from './check.ts';
import {
  type DeadLettersDeps,
  runDeadLettersList,
  runDeadLettersReplay,
  runDeadLettersShow,
} from './dead-letters.ts';
import { type DoctorDeps, runDoctor } from './doctor.ts';
import { type EmitDeps, type EmitTarget, runEmit } from './emit.ts';
import type { EmitOptions } from './envelope.ts';
import {
  configOption,
  countFromNone,
  countOf,
  durationOf,
  eventRateOf,
  momentOf,
  offsetsOf,
  pairsOption,
  partOf,
  rolesOption,
  severalOf,
  shareOf,
} from './options.ts';
import { type PromoteDeps, runPromote } from './records/promote.ts';
import { runExport, runImport, type TransferDeps } from './records/transfer.ts';
import { type ReplayDeps, type ReplayOptions, runReplay } from './replay/replay.ts';
import { type ReportDeps, type ReportOptions, runReport } from './report/report.ts';
import { type RoutesTestOptions, runRoutesTest } from './routes-test.ts';
import { runSandbox } from './sandbox.ts';
import { runServe, type ServeDeps } from './serve.ts';
import { runSize, type SizeOptions } from './size/size.ts';
import { type ExitCode, guarded } from './terminal/failure.ts';
import type { Terminal } from './terminal/terminal.ts';

export interface ProgramDeps
  extends EmitDeps,
    ServeDeps,
    DeadLettersDeps,
    AuditDeps,
    DoctorDeps,
    TransferDeps,
    PromoteDeps,
    ReportDeps,
    ReplayDeps {
  readonly terminal: Terminal;
  readonly newId: () => string;
  /** What to do with how a command ended; `serve` may leave things open behind it. */
  readonly exit: (code: ExitCode) => void;
}

const sandboxProgram = fileURLToPath(new URL('../../sandbox/main.ts', import.meta.url));

/** The whole command line. */
export const createProgram = (deps: ProgramDeps): Command => {
  const { terminal } = deps;
  const finish = async (command: () => ExitCode | Promise<ExitCode>): Promise<void> =>
    deps.exit(await guarded(terminal, command));

  const program = new Command('farmhand')
    .description('One alert, one Slack thread.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    })
    .configureHelp({ showGlobalOptions: false, sortSubcommands: false })
    .enablePositionalOptions()
    .addHelpText('after', epilogue);

  program
    .command('serve')
    .description('take in alerts and keep their threads, until stopped')
    .addOption(configOption(terminal.env))
    .addOption(rolesOption())
    .addHelpText('after', serveHelp)
    .action((options: { config: string; role: ReadonlySet<ProcessRole> }) =>
      finish(() => runServe({ config: options.config, roles: options.role, version }, terminal, deps)),
    );

  program
    .command('check')
    .description('check a config file: every problem at once, or what was understood')
    .argument(
      '[file]',
      'config file; also FARMHAND_CONFIG',
      terminal.env['FARMHAND_CONFIG'] || 'farmhand.yml',
    )
    .option('--no-secrets', 'do not look up secrets: for a check where there are none, as in CI')
    .option(
      '--ask-jira',
      'ask the Jira of the config as well: which kind it is, login, projects, permissions',
    )
    .addHelpText('after', '\nExit code: 0 valid, 1 not.')
    .action((file: string, { secrets, askJira = false }: { secrets: boolean; askJira?: boolean }) =>
      finish(async () => {
        const code = runCheck(file, { secrets }, terminal);
        return code === 0 && askJira ? await runAskJira(file, terminal) : code;
      }),
    );

  program
    .command('doctor')
    .description('look at everything that serve would need: each finding with its fix')
    .addOption(configOption(terminal.env))
    .option('--json', 'the report as JSON')
    .addOption(
      new Option('--timeout <seconds>', 'how long each part may take').argParser(countOf).default(30),
    )
    .option(
      '--click <channel>',
      'post a button there, and wait until somebody presses it: a running farmhand must hear it',
    )
    .addOption(new Option('--wait <seconds>', 'how long that may take').argParser(countOf).default(60))
    .addOption(rolesOption())
    .addHelpText('after', doctorHelp)
    .action((options: Omit<Parameters<typeof runDoctor>[0], 'version'>) =>
      finish(() => runDoctor({ ...options, version }, terminal, deps)),
    );

  program
    .command('routes')
    .description('work with the routes of the config')
    .command('test')
    .description('show where the alerts in a file would go, and why; nothing is sent')
    .argument('<file>', 'an event in any shape farmhand takes in; - reads standard input')
    .addOption(configOption(terminal.env))
    .addOption(pairsOption('-H, --header <name=value>', 'a header the message came with'))
    .option('-t, --topic <name>', 'the Kafka topic it came from: it may give the tier')
    .addHelpText('after', routesHelp)
    .action((file: string, options: RoutesTestOptions) =>
      finish(() => runRoutesTest(file, options, terminal)),
    );

  program
    .command('emit')
    .description('send one ad-hoc event')
    .requiredOption('--title <text>', 'one line: the name of the alert')
    .option('--text <text>', 'what happened, what to do')
    .addOption(
      new Option(
        '-s, --severity <severity>',
        'how bad it is; default: the label severity, else info',
      ).choices(severities),
    )
    .addOption(
      new Option('--status <status>', 'fire or resolve').choices(['firing', 'resolved']).default('firing'),
    )
    .option('-k, --key <key>', 'events of one source and key are one alert; without it each is its own')
    .addOption(pairsOption('-l, --label <name=value>', 'a label'))
    .addOption(pairsOption('-a, --annotation <name=value>', 'an annotation'))
    .option('--tier <tier>', 'whose alert it is')
    .option('--source <source>', 'where it comes from', `cli:${hostname()}`)
    .addOption(new Option('--id <id>', 'the same id counts once').default(undefined, 'a new one'))
    .addOption(configOption(terminal.env))
    .option('--to-http <url>', 'a running farmhand, http://host:8080; default: as the config says')
    .option('--topic <name>', 'Kafka topic; default: the first of the config')
    .option(
      '--token-env <name>',
      'variable that holds the bearer token for --to-http',
      'FARMHAND_EVENTS_TOKEN',
    )
    .addHelpText('after', emitHelp)
    .action((options: Omit<EmitOptions, 'id'> & EmitTarget & { id?: string }) =>
      finish(() => runEmit({ ...options, id: options.id ?? deps.newId() }, options, terminal, deps)),
    );

  const letters = program
    .command('dead-letters')
    .description('what could not be read: list it, look at it, read it again')
    .addHelpText('after', deadLettersHelp);
  const limitOption = () =>
    new Option('-n, --limit <count>', 'of the newest').argParser(countOf).default(100);
  letters
    .command('list')
    .description('the newest first; nothing of the bodies is shown')
    .addOption(configOption(terminal.env))
    .addOption(limitOption())
    .action((options: { config: string; limit: number }) =>
      finish(() => runDeadLettersList(options, terminal, deps)),
    );
  letters
    .command('show')
    .description('all of one: why, where it came in, every problem')
    .argument('<id>', 'as list says it')
    .option('--body', 'print the body as it came, and nothing else')
    .addOption(configOption(terminal.env))
    .action((id: string, options: { config: string; body?: boolean }) =>
      finish(() => runDeadLettersShow(id, options, terminal, deps)),
    );
  letters
    .command('replay')
    .description('read it again and put on record what can be read now; a second replay changes nothing')
    .argument('[ids...]', 'as list says them')
    .option('--all', 'those that were not replayed yet')
    .addOption(configOption(terminal.env))
    .addOption(limitOption())
    .action((ids: string[], options: { config: string; all?: boolean; limit: number }) =>
      finish(() => runDeadLettersReplay(ids, options, terminal, deps)),
    );

  program
    .command('replay')
    .description('read the events of a time again: what is known stays, what was lost gets its thread')
    .addOption(
      new Option('--from <time>', 'not before, such as 2026-11-20 or 2026-11-20T21:49Z').argParser(momentOf),
    )
    .addOption(new Option('--to <time>', 'before that; default: all that is there').argParser(momentOf))
    .addOption(
      new Option('--offsets <range>', 'these of one partition: alerts/0@100-200; repeatable').argParser(
        offsetsOf,
      ),
    )
    .addOption(new Option('--topic <name>', 'of kafka.topics; repeatable; default: all').argParser(severalOf))
    .option('--dead-letters', 'not what came, but what could not be read then')
    .option('--archive', 'from the bucket (archive), not from Kafka')
    .option('--execute', 'do it; without this it is only said what would be done')
    .option('--again', 'also what an earlier replay has been through')
    .option('--despite-gaps', 'what is left, although some of it is gone')
    .addOption(new Option('--rate <count>', 'messages a second, at most').argParser(countOf).default(200))
    .addOption(configOption(terminal.env))
    .addHelpText('after', replayHelp)
    .action((options: ReplayOptions) => finish(() => runReplay(options, terminal, deps)));

  const audit = program
    .command('audit')
    .description('what was asked, decided, changed and denied: verify it, take it out')
    .addHelpText('after', auditHelp);
  audit
    .command('verify')
    .description('find whatever was edited, removed, added, moved or cut off, with its place')
    .argument('[file]', 'an exported chain; without Redis, and without a record that it was read')
    .option('--file <file>', 'the same')
    .option('--against <file>', 'lines with seq and hash that were kept elsewhere; the second copy will do')
    .addOption(configOption(terminal.env))
    .action((file: string | undefined, options: { config: string; file?: string; against?: string }) =>
      finish(() =>
        runAuditVerify({ ...options, ...(file !== undefined && { file }), version }, terminal, deps),
      ),
    );
  audit
    .command('export')
    .description('an evidence pack: records, checkpoints, and the program that verifies them')
    .requiredOption('-o, --out <folder>', 'where it is written; one file where it ends with .zip')
    .option('--rebuild <id>', 'all about a rebuild')
    .option('--alert <id>', 'all about an alert')
    .addOption(
      new Option('--from <time>', 'not before, such as 2026-11-20 or 2026-11-20T21:49Z').argParser(momentOf),
    )
    .addOption(new Option('--to <time>', 'before that').argParser(momentOf))
    .addOption(configOption(terminal.env))
    .action((options: Omit<ExportOptions, 'version'>) =>
      finish(() => runAuditExport({ ...options, version }, terminal, deps)),
    );

  program
    .command('export')
    .description('all records into a file: alerts, rebuilds, journals, audit, dead letters')
    .argument('<file>', 'a new file; compressed where it ends with .gz')
    .option('--while-running', 'although a farmhand works: what it changes meanwhile may be missing')
    .addOption(configOption(terminal.env))
    .addHelpText('after', transferHelp)
    .action((file: string, options: { config: string; whileRunning?: boolean }) =>
      finish(() => runExport({ ...options, file, version }, terminal, deps)),
    );
  program
    .command('import')
    .description('the records of an export into a Redis without any')
    .argument('<file>', 'as export wrote it')
    .option('--replace', 'remove what is there first')
    .addOption(configOption(terminal.env))
    .addHelpText('after', transferHelp)
    .action((file: string, options: { config: string; replace?: boolean }) =>
      finish(() => runImport({ ...options, file, version }, terminal, deps)),
    );

  program
    .command('report')
    .description('what happened in a time: alerts, response times, rebuilds, changes; reads only')
    .option('--week', 'the last whole week, Monday to Monday; also where nothing is said')
    .option('--month', 'the last whole month')
    .option('--from <time>', 'not before: a day, or a moment such as 2026-11-20T21:49Z')
    .option('--to <time>', 'before that; default: now')
    .option('--zone <name>', 'by whose clocks days begin, such as Europe/Berlin; default: UTC')
    .option('--tier <name>', 'only what this tier may see (tiers.list)')
    .option('--people', 'name people: who took alerts, who asked, who approved')
    .option('--format <format>', 'text, markdown, json or csv', 'text')
    .option('-o, --out <file>', 'into a new file; default: standard output')
    .addOption(configOption(terminal.env))
    .addHelpText('after', reportHelp)
    .action((options: ReportOptions) => finish(() => runReport(options, terminal, deps)));

  program
    .command('promote')
    .description('from now on this region works, and every other one stops')
    .requiredOption('--why <text>', 'said where everybody reads it, and kept in the audit')
    .addOption(
      new Option(
        '--records <what>',
        'of a region whose records are of before another one worked: keep (nobody worked there since), or forget (all but the audit is found again in Slack)',
      ).choices(['keep', 'forget']),
    )
    .addOption(configOption(terminal.env))
    .addHelpText('after', promoteHelp)
    .action((options: { config: string; why: string; records?: 'keep' | 'forget' }) =>
      finish(() => runPromote({ ...options, version }, terminal, deps)),
    );

  program
    .command('size')
    .description('what an installation needs: pods, memory, Redis, Kafka; asks nobody')
    .addOption(
      new Option('--alerts <rate>', 'alerts that begin: 500/h').argParser(eventRateOf).makeOptionMandatory(),
    )
    .addOption(
      new Option('--fires-for <time>', 'how long one fires').argParser(durationOf).default(hour, '1h'),
    )
    .addOption(
      new Option('--repeat <time>', "how often its source repeats it: Alertmanager's repeat_interval")
        .argParser(durationOf)
        .default(4 * hour, '4h'),
    )
    .addOption(
      new Option(
        '--storm <count>',
        'how many begin at once, at the worst; default: those of 100 minutes, 1000 at least',
      ).argParser(countOf),
    )
    .addOption(new Option('--channels <count>', 'over which a storm is spread').argParser(countOf).default(5))
    .addOption(new Option('--event-bytes <count>', 'the body of an event').argParser(countOf).default(1_024))
    .option('--own-ids', 'senders give their events ids (envelopes, CloudEvents)')
    .addOption(new Option('--tickets <share>', 'alerts with a ticket').argParser(partOf).default(0.1, '10%'))
    .addOption(new Option('--rebuilds <count>', 'in flight at once').argParser(countFromNone).default(0))
    .addOption(
      new Option('--rebuild-lasts <time>', 'how long one takes')
        .argParser(durationOf)
        .default(72 * hour, '3d'),
    )
    .addOption(
      new Option('--kafka-keeps <time>', "the topic's retention")
        .argParser(durationOf)
        .default(168 * hour, '7d'),
    )
    .addOption(new Option('--kafka-copies <count>', 'its replication factor').argParser(countOf).default(3))
    .addOption(new Option('--growth <share>', 'room to grow').argParser(shareOf).default(0.5, '50%'))
    .option('-c, --config <file>', 'how long things are kept; default: as where no config says it')
    .option('--json', 'all figures: bytes, cores, MiB, milliseconds')
    .addHelpText('after', sizeHelp)
    .action((options: SizeOptions) => finish(() => runSize(options, terminal)));

  program
    .command('sandbox')
    .description('a whole world on this machine: Slack, Redis, Kafka, Jira, and alerts that arrive')
    .argument('[flags...]', 'flags of the sandbox; farmhand sandbox --help lists them')
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action((flags: string[]) => finish(() => runSandbox(sandboxProgram, flags, terminal)));

  pointToHelp(program, program.name());
  return program;
};

/** What is wrong with a command is answered with where its own help is. */
const pointToHelp = (command: Command, words: string): void => {
  command.showHelpAfterError(`See ${words} --help`);
  for (const one of command.commands) pointToHelp(one, `${words} ${one.name()}`);
};

const epilogue = `
Start here
  farmhand sandbox                       everything on this machine, nothing to set up
  farmhand check farmhand.yml            is my config right?
  farmhand doctor                        is the world as my config needs it?
  farmhand routes test alert.json        where would this alert go?
  farmhand serve                         run it

Exit codes: 0 done; 1 not done, and standard error says why.
Configuration: docs/configuration.md`;

const serveHelp = `
Roles, so that one box can be split later without a change
  intake    takes in events from Kafka, and over HTTP (POST /v1/events)
  worker    opens, updates and resolves threads, raises tickets, runs tasks
  slack     answers commands and buttons (Socket Mode)
  api       answers the read API

Signals
  SIGTERM, SIGINT   stop: nothing more is taken in, what is under way is finished, 20 s at most;
                    a second one stops at once (nothing is lost, the next start looks what was done)
  SIGHUP            look at the config file now
  SIGUSR2           log everything (debug), and with the next one as the config says again

Exit code: 0 stopped as asked, 1 could not start, could not go on, or had to be stopped hard.`;

const doctorHelp = `
Slack (token, scopes, channels), Kafka (login, topics, group), Redis, Jira, Alertmanagers, clusters, instances, engines, and
the clock. It posts nothing, joins nothing and opens no socket; all it writes is one key in Redis, for ten seconds.

--click CHANNEL proves the way back: it posts one message with a button there, waits until a person presses it and the farmhand that
serves has heard that, and takes the message away. It opens no socket of its own, which would take clicks from that farmhand.

Exit code: 0 nothing in the way (there may be warnings), 1 something fails, 2 not everything could be looked at.`;

const routesHelp = `
Examples
  farmhand routes test test/fixtures/alertmanager/webhook-firing-1alerts-HighErrorRate.json
  kcat -b kafka:9092 -C -t alerts-prod -o -1 -c 1 | farmhand routes test - --topic alerts-prod

Exit code: 0 all was read, 1 something could not be read (it says why).`;

const transferHelp = `
Stop every farmhand first. A file that is cut off, altered, or of another version is refused before anything is written, and
no farmhand works on a Redis until the import is over. Then it reads the channels back to the export, and goes on in the
threads that are there. Nudges and leases are not in the file: they are made again.

Exit code: 0 done, 1 not; standard error says why, and what was changed.`;

const reportHelp = `
It reads what is on record, beside a farmhand that runs or not, and changes and posts nothing. It says what is no longer on
record, and compares with the time before. docs/report.md says how each figure is counted.

Examples
  farmhand report --week --zone Europe/Berlin
  farmhand report --month --format markdown --out november.md
  farmhand report --from 2026-11-01 --to 2026-12-01 --tier alpha --format json

Exit code: 0 made, 1 not: standard error says why.`;

const promoteHelp = `
For two regions with one Slack app (docs/second-region.md). What it says stands in region.channel of the config, where both
read it. A region that does not hear of it stops when its lease is over; the promoted one begins 30 s after that. Run it
with the config of the region that is to work.

Exit code: 0 promoted, or so already; 1 not, or not known: standard error says why, and what was changed.`;

const hour = 3_600_000;

const sizeHelp = `
Examples
  farmhand size --alerts 500/h --rebuilds 20
  farmhand size --alerts 3/s --storm 10000 --channels 40 --own-ids --growth 100%
  farmhand size --alerts 500/h --config farmhand.yml --json

Exit code: 0 said, 1 something could not be understood.`;

const auditHelp = `
Every record carries the hash of the one before it, so nothing can be altered unseen. That the end was cut off, or all of
it written again, shows only against what is kept elsewhere: --against the second copy (audit.file), or numbers and hashes
that were written down. Reading the audit is itself recorded.

Examples
  farmhand audit verify --against /audit/chain.ndjson
  farmhand audit verify evidence/audit.ndjson --against evidence/checkpoints.ndjson
  farmhand audit export --rebuild system6-20261120-1 --out evidence

Exit code: 0 whole, 1 not whole (it says where) or nothing found.`;

const replayHelp = `
Use it after records were lost (docs/runbook.md), while farmhand runs. Nothing of farmhand's own reading changes: the replay has a
group of its own (farmhand-replay-…). An event on record is counted as known and nothing is posted for it; one that is not is taken
in as it would have been then. Stopped or killed, the same command goes on where it was.

Examples
  farmhand replay --from 2026-11-28T00:00Z
  farmhand replay --from 2026-11-28T00:00Z --execute
  farmhand replay --offsets alerts/0@120000-125000 --execute --rate 50
  farmhand replay --from 2026-11-20 --dead-letters
  farmhand replay --archive --from 2026-11-20 --to 2026-11-21 --execute

Exit code: 0 done (or said), 1 not all of it: standard error says what is missing and why.`;

const deadLettersHelp = `
They are in Kafka's dead-letter topic, or in Redis where there is no Kafka. A replay goes straight to the records, beside
a farmhand that runs; it opens the threads within ten seconds.

Exit code: 0 done, 1 not all of it (it says why).`;

const emitHelp = `
Examples
  farmhand emit --title DiskFull --severity critical --label service=payments --key disk-1
  farmhand emit --title DiskFull --status resolved --key disk-1
  farmhand emit --title Hello --to-http http://127.0.0.1:8080

Exit code: 0 stored, 1 not sent (it says why).`;

/** The version in package.json. */
const version: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version;
