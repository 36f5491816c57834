import type { KeptDeadLetters, Replayed } from '../app/intake/dead-letters.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema/schema.ts';
import { FarmhandError } from '../core/errors.ts';
import { eventReasons } from '../core/reasons.ts';
import type { DeadLetter } from '../intake/wire/dead-letter.ts';
import { type ExitCode, exitCodes } from './terminal/failure.ts';
import { columns, type Terminal } from './terminal/terminal.ts';

export interface DeadLettersDeps {
  readonly openDeadLetters: (config: Config, now: () => number) => Promise<KeptDeadLetters>;
}

interface Common {
  readonly config: string;
}

const open = (options: Common, terminal: Terminal, deps: DeadLettersDeps): Promise<KeptDeadLetters> => {
  const { env, readFile, now } = terminal;
  return deps.openDeadLetters(
    loadConfig({ file: options.config, env, readFile, secretsFor: { uses: ['redis', 'kafka'] } }),
    now,
  );
};

/** What could not be read, newest first; nothing of the bodies is shown. */
export const runDeadLettersList = async (
  options: Common & { readonly limit: number },
  terminal: Terminal,
  deps: DeadLettersDeps,
): Promise<ExitCode> => {
  await using kept = await open(options, terminal, deps);
  const letters = await kept.list(options.limit);
  const { out, style } = terminal;
  if (letters.length === 0) {
    out(`${style('green', '✓')} Nothing is in ${kept.place}.`);
    return exitCodes.ok;
  }
  out(
    columns(
      letters.map((letter) => [letter.id, line(letter)] as const),
      (id) => style('bold', id),
    ),
  );
  const more = letters.length === options.limit ? `; there may be more (--limit)` : '';
  out(`\n${letters.length} in ${kept.place}${more}. farmhand dead-letters show ID shows one in full.`);
  return exitCodes.ok;
};

/** Marks of replays are kept for `dead_letters.remember_replays`. */
const forgotten = 'replayed? it is not known any more';

const line = ({ at, reason, message, times, replayedAt, replaysForgotten }: DeadLetter): string =>
  [
    time(at),
    reason,
    placeOf(message.position),
    `${(message.value?.length ?? 0).toLocaleString('en')} bytes`,
    ...(times === undefined || times < 2 ? [] : [`came ${times.toLocaleString('en')} times`]),
    ...(replayedAt === undefined ? [] : [`replayed ${time(replayedAt)}`]),
    ...(replaysForgotten ? [forgotten] : []),
  ].join('  ');

const placeOf = (position: DeadLetter['message']['position']): string =>
  position.via === 'kafka'
    ? `${position.topic}/${position.partition}@${position.offset}`
    : `request ${position.request}`;

const time = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** All of one letter; its body only where it is asked for, as it may hold what is nobody's business. */
export const runDeadLettersShow = async (
  id: string,
  options: Common & { readonly body?: boolean },
  terminal: Terminal,
  deps: DeadLettersDeps,
): Promise<ExitCode> => {
  await using kept = await open(options, terminal, deps);
  const letter = await find(kept, id);
  const { out, style } = terminal;
  if (options.body) {
    out(letter.message.value?.toString('utf8') ?? '');
    return exitCodes.ok;
  }
  const { message, cutFrom, times, replayedAt } = letter;
  out(
    columns(
      [
        ['id', letter.id],
        ['came in', `${time(letter.at)}, ${placeOf(message.position)}`],
        ...(times === undefined || times < 2
          ? []
          : [['', `the same came ${times.toLocaleString('en')} times; it is kept once a day`] as const]),
        ['why', `${letter.reason}: ${eventReasons[letter.reason]?.says ?? 'a reason of another version'}`],
        ...letter.detail.split('; ').map((problem, i) => [i === 0 ? 'problems' : '', problem] as const),
        ['headers', Object.keys(message.headers).sort().join(', ') || 'none'],
        ['body', `${(message.value?.length ?? 0).toLocaleString('en')} bytes; --body prints it`],
        ...(cutFrom === undefined
          ? []
          : [['', `cut: it had ${cutFrom.toLocaleString('en')} bytes, and cannot be replayed`] as const]),
        ...(replayedAt === undefined ? [] : [['replayed', time(replayedAt)] as const]),
        ...(letter.replaysForgotten
          ? [['replayed', 'not known any more (dead_letters.remember_replays)'] as const]
          : []),
      ],
      (label) => style('dim', label),
    ),
  );
  return exitCodes.ok;
};

const find = async (kept: KeptDeadLetters, id: string): Promise<DeadLetter> => {
  const letter = await kept.get(id);
  if (letter) return letter;
  throw new FarmhandError(
    'not_found',
    `There is no dead letter ${id.slice(0, 60)} in ${kept.place}. See farmhand dead-letters list; old ones are dropped.`,
  );
};

/** Reads letters again, now that they may be readable, and puts their events on record. Repeating it changes nothing. */
export const runDeadLettersReplay = async (
  ids: readonly string[],
  options: Common & { readonly all?: boolean; readonly limit: number },
  terminal: Terminal,
  deps: DeadLettersDeps,
): Promise<ExitCode> => {
  if ((ids.length === 0) === !options.all) {
    throw new FarmhandError('invalid', 'Name the dead letters to replay, or say --all. Nothing was changed.');
  }
  await using kept = await open(options, terminal, deps);
  const letters = options.all
    ? (await kept.list(options.limit))
        .filter(({ replayedAt, replaysForgotten }) => replayedAt === undefined && !replaysForgotten)
        .toReversed()
    : await Promise.all(ids.map((id) => find(kept, id)));
  const { out, style } = terminal;
  if (letters.length === 0) out(`${style('green', '✓')} There is nothing to replay in ${kept.place}.`);
  let failed = 0;
  for (const letter of letters) {
    const said = letter.cutFrom === undefined ? await kept.replay(letter) : undefined;
    const good = said !== undefined && said.rejected.length === 0;
    if (!good) failed++;
    out(`${good ? style('green', '✓') : style('red', '✗')} ${style('bold', letter.id)}  ${outcome(said)}`);
  }
  return failed === 0 ? exitCodes.ok : exitCodes.failed;
};

const outcome = (said: Replayed | undefined): string => {
  if (said === undefined) return 'only its beginning was kept: it cannot be replayed';
  const taken = [...said.outcomes].map(
    ([reason, count]) => `${count} ${eventReasons[reason].says} (${reason})`,
  );
  const left = said.rejected.map(({ reason, detail }) => `still cannot be read: ${detail} (${reason})`);
  return [...taken, ...left].join('; ') || 'had nothing in it';
};
