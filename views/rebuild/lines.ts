import { span } from '../../src/core/duration.ts';
import { counted } from '../../src/core/text.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import {
  currentStep,
  endedAt,
  hasEnded,
  openIntervention,
  standsStill,
} from '../../src/rebuild/model/record.ts';
import { stepTitle } from '../../src/rebuild/model/steps.ts';
import { dotted } from '../blocks.ts';
import type { ViewContext } from '../context.ts';
import { code, inline } from '../escape.ts';
import { ownLink, permalink } from '../links.ts';
import { localTime, who } from '../words.ts';
import { frozenWord } from './freezes.ts';
import { glassWord } from './glass.ts';
import { bar, percentage, rebuildState } from './words.ts';

/**
 * A rebuild on two lines, for lists and App Home: what and how it stands, then how far or how it ended. `person`: how
 * people are named; in a message that others see, a mention would notify them.
 */
export const rebuildLines = (rebuild: Rebuild, ctx: ViewContext, person = who): string => {
  const { mark, word } = rebuildState(rebuild);
  const link = ownLink(permalink(ctx, rebuild.card.channel, rebuild.card.ts), rebuild.id);
  const head = dotted(
    `${mark} *${inline(rebuild.plan.instance.name, 80)}*`,
    hasEnded(rebuild) ? word : `${word}${stepWord(rebuild)}`,
    link ?? code(rebuild.id, 120),
  );
  return `${head}\n${hasEnded(rebuild) ? endLine(rebuild) : farLine(rebuild, person)}`;
};

const stepWord = (rebuild: Rebuild): string => {
  const step = currentStep(rebuild);
  return step ? `: ${stepTitle[step.name]}` : '';
};

/** The same as cells of a table: what it is, how it stands, how far or how it ended, farmers, and who started it. */
export const rebuildColumns = ['Rebuild', 'State', 'How far', 'Farmers', 'Started'] as const;
export const rebuildCells = (rebuild: Rebuild, ctx: ViewContext): readonly string[] => {
  const { mark, word } = rebuildState(rebuild);
  const link = ownLink(permalink(ctx, rebuild.card.channel, rebuild.card.ts), rebuild.id);
  const { farmers, at, by } = rebuild;
  const over = hasEnded(rebuild);
  return [
    `${mark} ${link ?? code(rebuild.id, 120)}`,
    over ? word : `${word}${stepWord(rebuild)}`,
    over ? dotted(...endParts(rebuild)) : dotted(...farParts(rebuild, who)),
    over || farmers.wanted === 0 ? `${farmers.target}` : `${farmers.seen?.ready ?? 0} of ${farmers.wanted}`,
    `${localTime(at)}, ${who(by)}`,
  ];
};

const farLine = (rebuild: Rebuild, person: typeof who): string => {
  const { farmers } = rebuild;
  const [bar, done, ...others] = farParts(rebuild, person);
  return dotted(
    bar,
    done,
    farmers.wanted > 0 && `${farmers.seen?.ready ?? 0}/${farmers.wanted} farmers`,
    ...others,
    `started ${localTime(rebuild.at)} by ${person(rebuild.by)}`,
  );
};

const farParts = (rebuild: Rebuild, person: typeof who): readonly (string | false | undefined)[] => {
  const { progress, stalledSince, pause } = rebuild;
  const step = currentStep(rebuild);
  const ask = openIntervention(rebuild);
  const here = progress && progress.of === step?.name ? progress : undefined;
  return [
    here && `${bar(here.percent / 100, 10)} ${percentage(here.percent)}`,
    here?.eta !== undefined &&
      rebuild.phase === 'running' &&
      !pause &&
      !standsStill(rebuild) &&
      `done ${localTime(here.eta)}`,
    ask?.until !== undefined && !pause && !rebuild.frozen && `*fails ${localTime(ask.until)}*`,
    ask?.kept && !pause && `work kept, farmers up until ${localTime(ask.kept.until)}`,
    rebuild.rest && `work kept, farmers down since ${localTime(rebuild.rest.at)}`,
    pause && `${pause.state} by ${person(pause.by)}: ${inline(pause.reason, 120)}`,
    frozenWord(rebuild, person),
    glassWord(rebuild, person),
    stalledSince !== undefined && `🐢 no progress since ${localTime(stalledSince)}`,
  ];
};

const endLine = (rebuild: Rebuild): string => {
  const [ended, why, ...others] = endParts(rebuild);
  return dotted(
    ended,
    why,
    rebuild.phase === 'released' && counted(rebuild.farmers.target, 'farmer'),
    ...others,
    `started by ${who(rebuild.by)}`,
  );
};

const endParts = (rebuild: Rebuild): readonly (string | false | undefined)[] => {
  const at = endedAt(rebuild);
  const { end, plan } = rebuild;
  return [
    `${localTime(at)} after ${span(at - rebuild.at)}`,
    end && rebuild.phase !== 'released' && `in ${stepTitle[end.step]}: ${inline(end.reason, 160)}`,
    plan.forced && 'forced',
    glassWord(rebuild),
  ];
};

/** An ended (or the present) rebuild on one line, for the history of an instance. */
export const pastLine = (rebuild: Rebuild): string => {
  const { mark, word } = rebuildState(rebuild);
  return dotted(
    `${mark} ${code(rebuild.id, 120)}`,
    hasEnded(rebuild) ? `${word} after ${span(endedAt(rebuild) - rebuild.at)}` : word,
    counted(rebuild.farmers.target, 'farmer'),
    `${who(rebuild.by)}: ${inline(rebuild.reason, 120)}`,
  );
};

/** The same as cells of a table. */
export const pastColumns = ['Rebuild', 'How it went', 'Farmers', 'By', 'Reason'] as const;
export const pastCells = (rebuild: Rebuild): readonly string[] => {
  const { mark, word } = rebuildState(rebuild);
  return [
    `${mark} ${code(rebuild.id, 120)}`,
    hasEnded(rebuild) ? `${word} after ${span(endedAt(rebuild) - rebuild.at)}` : word,
    `${rebuild.farmers.target}`,
    who(rebuild.by),
    inline(rebuild.reason, 120),
  ];
};
