import { sha256 } from '../../../core/hash.ts';
import { isObject } from '../../../core/json.ts';
import { type AdfNode, heading, paragraph } from './adf.ts';

/**
 * A part of a description that farmhand keeps up to date: it begins with a heading and ends with a line that carries a
 * check of all its texts. Only a part whose check is right is farmhand's to replace; one that a person has changed is
 * theirs.
 */
export const keptPart = (name: string, content: readonly AdfNode[]): readonly AdfNode[] => {
  const open = [heading(beginOf(name)), ...content];
  return [...open, paragraph(`${endOf(name)}${checkOf(open)}`, [{ type: 'em' }])];
};

const beginOf = (name: string): string => `Evidence kept by farmhand: ${name}`;
const endOf = (name: string): string => `End of the evidence of ${name}. Check: `;

/** Where a part is among the nodes of a description. */
interface Place {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly check: string;
}

/** The last part of that name which is as farmhand wrote it. `nodes` as Jira has them. */
export const findPart = (nodes: readonly unknown[], name: string): Place | undefined => {
  const ends = nodes.flatMap((node, at) => {
    const text = isType(node, 'paragraph') ? textOf(node) : '';
    return text.startsWith(endOf(name)) ? [{ at, check: text.slice(endOf(name).length).trim() }] : [];
  });
  for (const { at, check } of ends.toReversed()) {
    const from = nodes.findLastIndex(
      (node, i) => i < at && isType(node, 'heading') && textOf(node) === beginOf(name),
    );
    if (from >= 0 && checkOf(nodes.slice(from, at)) === check) return { from, to: at + 1, check };
  }
  return undefined;
};

/** True when `part` says the same as what is there. */
export const isShown = (place: Place, part: readonly AdfNode[], name: string): boolean =>
  findPart(part, name)?.check === place.check;

/** Of its texts without white space: Jira may keep a document in another way than it was sent. */
const checkOf = (nodes: readonly unknown[]): string =>
  sha256(nodes.map(textOf).join('').replace(/\s+/g, ''), 16);

const isType = (node: unknown, type: string): node is object => isObject(node) && node['type'] === type;

/** All text under a node, in order. */
const textOf = (node: unknown): string => {
  if (!isObject(node)) return '';
  const { text, content } = node;
  if (typeof text === 'string') return text;
  return Array.isArray(content) ? content.map(textOf).join('') : '';
};
