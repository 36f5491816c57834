import type { types } from '@slack/bolt';
import { plainText, section } from '../blocks.ts';
import { limits } from '../limits.ts';

type Child = types.ContainerBlock['child_blocks'][number];

/** Blocks under a title that folds them; those beyond ten are left out, as Slack would refuse them. */
export const container = (
  title: string,
  children: readonly Child[],
  { folded = false }: { readonly folded?: boolean } = {},
): types.ContainerBlock[] =>
  children.length === 0
    ? []
    : [
        {
          type: 'container',
          title: plainText(title, limits.containerTitle),
          child_blocks: children.slice(0, limits.containerChildren),
          width: 'full',
          is_collapsible: true,
          ...(folded && { default_collapsed: true }),
        },
      ];

/** Lines in as few sections as hold them. */
export const sectionsOf = (lines: readonly string[]): types.SectionBlock[] => {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last === undefined || last.length + line.length + 1 > 2900) texts.push(line);
    else texts[texts.length - 1] = `${last}\n${line}`;
  }
  return texts.map((text) => section(text));
};
