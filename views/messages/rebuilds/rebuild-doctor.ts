import { counted } from '../../../src/core/text.ts';
import type { DoctorFinding, DoctorResult } from '../../../src/rebuild/model/command.ts';
import { context, type Message, section } from '../../blocks.ts';
import { inline, paragraph } from '../../escape.ts';
import { container, sectionsOf } from '../../rich/container.ts';
import { fitted, titled } from '../../trail.ts';

const levels: readonly (readonly [DoctorFinding['level'], string, number])[] = [
  ['problem', '❌ To fix', 4500],
  ['warning', '⚠️ Worth a look', 2200],
  ['unknown', '❔ Could not be found out', 1500],
  ['ok', '✅ In order', 1500],
];

/** What was found of an instance's cluster settings, grouped, the worst first, each with its fix. */
export const doctorAnswer = ({ instance, findings }: Extract<DoctorResult, { ok: true }>): Message => {
  const bad = findings.filter(({ level }) => level === 'problem').length;
  const name = inline(instance, 80);
  const text = `🩺 ${name}: ${bad === 0 ? 'nothing stands in the way of a rebuild' : `${counted(bad, 'problem')} to fix`}`;
  const parts = levels.map(([level, title, budget]) => {
    const lines = findings.filter((one) => one.level === level).map(findingLine);
    return { level, title, count: lines.length, lines: fitted(lines, budget) };
  });
  const under = context('Only looked at; nothing was changed.');
  return {
    text,
    // What has to be fixed is never folded away.
    rich: [
      section(`*${text}*`),
      ...parts.flatMap(({ level, title, count, lines }) =>
        level === 'problem'
          ? titled(title, lines)
          : container(`${title} (${count})`, sectionsOf(lines), { folded: level === 'ok' }),
      ),
      ...under,
    ],
    blocks: [section(`*${text}*`), ...parts.flatMap(({ title, lines }) => titled(title, lines)), ...under],
  };
};

const findingLine = ({ level, check, says, fix }: DoctorFinding): string => {
  const what = `*${inline(check.replaceAll('_', ' ').replace('argocd', 'Argo CD'), 60)}* – ${paragraph(says, 500)}`;
  return fix === undefined || level === 'ok' ? what : `${what}\n↳ 🔧 ${paragraph(fix, 500)}`;
};
