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

const farLine = (rebuild: Rebuild, person: typeof who): string => {
  const { progress, farmers, stalledSince, pause } = rebuild;
  const step = currentStep(rebuild);
  const ask = openIntervention(rebuild);
  const here = progress && progress.of === step?.name ? progress : undefined;
  return dotted(
    here && `${bar(here.percent / 100, 10)} ${percentage(here.percent)}`,
    here?.eta !== undefined &&
      rebuild.phase === 'running' &&
      !pause &&
      !standsStill(rebuild) &&
      `done ${localTime(here.eta)}`,
    farmers.wanted > 0 && `${farmers.seen?.ready ?? 0}/${farmers.wanted} farmers`,
    ask?.until !== undefined && !pause && `*fails ${localTime(ask.until)}*`,
    ask?.kept && !pause && `work kept, farmers up until ${localTime(ask.kept.until)}`,
    rebuild.rest && `work kept, farmers down since ${localTime(rebuild.rest.at)}`,
    pause && `${pause.state} by ${person(pause.by)}: ${inline(pause.reason, 120)}`,
    glassWord(rebuild, person),
    stalledSince !== undefined && `🐢 no progress since ${localTime(stalledSince)}`,
    `started ${localTime(rebuild.at)} by ${person(rebuild.by)}`,
  );
};

const endLine = (rebuild: Rebuild): string => {
  const at = endedAt(rebuild);
  const { end, plan, farmers } = rebuild;
  return dotted(
    `${localTime(at)} after ${span(at - rebuild.at)}`,
    end && rebuild.phase !== 'released' && `in ${stepTitle[end.step]}: ${inline(end.reason, 160)}`,
    rebuild.phase === 'released' && counted(farmers.target, 'farmer'),
    plan.forced && 'forced',
    glassWord(rebuild),
    `started by ${who(rebuild.by)}`,
  );
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
