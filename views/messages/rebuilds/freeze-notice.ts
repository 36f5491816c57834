import { span } from '../../../src/core/duration.ts';
import { counted } from '../../../src/core/text.ts';
import type { EndedFreeze, FreezeTold } from '../../../src/rebuild/model/rules/freezes.ts';
import { context, type Message, section } from '../../blocks.ts';
import { code, inline } from '../../escape.ts';
import { freezeLines, placeText } from '../../rebuild/freezes.ts';
import { who } from '../../words.ts';

/** In the channel of rebuilds, once: somebody froze, or what was frozen is not any more. */
export const freezeNotice = (told: FreezeTold): Message =>
  told.what === 'frozen' ? frozen(told) : thawed(told);

const frozen = ({ freeze, replaced }: Extract<FreezeTold, { what: 'frozen' }>): Message => ({
  text: `❄️ ${placeText(freeze)}: ${inline(freeze.reason, 200)}`,
  blocks: [
    section(freezeLines(freeze)),
    ...context(
      'Rebuilds in flight are held, and no limit runs; each says so in its thread.',
      replaced && `It takes the place of the freeze that ${who(replaced.by)} made before.`,
    ),
  ],
});

const thawed = ({ ended, left }: Extract<FreezeTold, { what: 'thawed' }>): Message => {
  const [first] = ended;
  const place = first?.instance === undefined ? 'All instances' : inline(first.instance, 80);
  const is = first?.instance === undefined ? 'are' : 'is';
  const head = left > 0 ? `${place} ${is} still frozen` : `${place} ${is} thawed`;
  const mark = left > 0 ? '❄️' : '🌤️';
  return {
    text: `${mark} ${head}`,
    blocks: [
      section([`${mark} *${head}*`, ...ended.map(howItEnded)].join('\n')),
      ...context(
        left > 0
          ? `${counted(left, 'freeze')} still ${left === 1 ? 'holds' : 'hold'} there: ${code('/dcr list', 20)} shows what is frozen.`
          : 'Rebuilds go on within seconds; what is paused stays paused.',
      ),
    ],
  };
};

const howItEnded = ({ by, at, endedAt, reason, thawed }: EndedFreeze): string => {
  const whose = `The freeze by ${who(by)} (${inline(reason, 200)})`;
  const lasted = `after ${span(endedAt - at)}`;
  if (!thawed) return `${whose} is over: its time has come, ${lasted}.`;
  const why = thawed.why === undefined ? '' : `: ${inline(thawed.why, 200)}`;
  return `${whose} was lifted by ${who(thawed.by)} ${lasted}${why}`;
};
