import { button } from '../../blocks.ts';
import type { ViewContext } from '../../context.ts';
import { actionIds } from '../../ids.ts';

/** How many of a list nobody has, are not silenced, and have no ticket. */
interface LeftOfList {
  readonly free: number;
  readonly loud: number;
  readonly unticketed: number;
}

/** What can be done for a whole list, each where it has two or more for it. `words`: the list, as buttons carry it. */
export const listButtons = (
  words: string,
  { can = { ticket: true, silence: true } }: ViewContext,
  { free, loud, unticketed }: LeftOfList,
): ReturnType<typeof button>[] => {
  const value = { value: words };
  return [
    ...(free > 1 ? [button('Acknowledge all…', actionIds.acknowledgeList, value)] : []),
    ...(loud > 1 && can.silence ? [button('Silence all…', actionIds.silenceList, value)] : []),
    ...(unticketed > 1 && can.ticket ? [button('One ticket for all…', actionIds.ticketList, value)] : []),
  ];
};
