import type { Rebuild, Step } from '../../src/rebuild/rebuild.ts';
import { stateWord, stepTitle } from '../../src/rebuild/state.ts';
import { type Block, context, type Message, section } from '../blocks.ts';
import type { ViewContext } from '../context.ts';
import { inline, paragraph } from '../escape.ts';
import { rebuildLine } from './rebuild-lists.ts';

const marks: Readonly<Record<Step['state'], string>> = {
  pending: '▫️',
  running: '▶️',
  waiting: '🙋',
  failed: '❌',
  done: '✅',
  skipped: '⏭️',
};

/** How a rebuild stands, for one person: without the key of its card, never taken for it. */
export const rebuildStatus = (rebuild: Rebuild, ctx: ViewContext): Message => {
  const line = rebuildLine(rebuild, ctx);
  const steps = rebuild.steps
    .map(
      (step) =>
        `${marks[step.state]} ${stepTitle[step.name]}${step.says === undefined ? '' : `: ${inline(step.says, 120)}`}`,
    )
    .join('\n');
  const ask = rebuild.steps.find((step) => step.ask)?.ask;
  return {
    text: `${rebuild.plan.instance.name}: ${stateWord(rebuild)}`,
    blocks: [
      section(line),
      section(steps),
      ...(ask
        ? [
            section(`🙋 ${paragraph(ask.what, 600)}`),
            ...context(...ask.options.map((option) => inline(option, 200))),
          ]
        : []),
    ] satisfies Block[],
  };
};
