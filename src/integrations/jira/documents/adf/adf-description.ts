import { isObject } from '../../../../core/json.ts';
import { maxText } from '../document.ts';
import { findPart, isShown, type KeptDescription, type Piece } from '../kept-part.ts';
import { adfNodes } from './adf.ts';

/**
 * A description of nodes, as Jira has them: also those that farmhand does not know are sent back as they are.
 *
 * @param send replaces the whole description
 */
export const adfDescription = (
  nodes: readonly unknown[],
  name: string,
  send: (nodes: readonly unknown[]) => Promise<void>,
): KeptDescription => {
  const place = findPart(nodes.map(pieceOf), name);
  const before = nodes.slice(0, place?.from);
  const after = place ? nodes.slice(place.to) : [];
  return {
    placed: place !== undefined,
    room: maxText - JSON.stringify([...before, ...after]).length - 100,
    async write(part) {
      if (!place || !isShown(place, part)) await send([...before, ...adfNodes(part), ...after]);
    },
  };
};

const pieceOf = (node: unknown): Piece => {
  const type = isObject(node) ? node['type'] : undefined;
  return { kind: type === 'heading' || type === 'paragraph' ? type : 'other', text: textOf(node) };
};

/** All text under a node, in order. */
export const textOf = (node: unknown): string => {
  if (!isObject(node)) return '';
  const { text, content } = node;
  if (typeof text === 'string') return text;
  return Array.isArray(content) ? content.map(textOf).join('') : '';
};
