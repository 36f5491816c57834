import { withNotice } from '../../delivery/notices.ts';
import {
  type EndedFreeze,
  type Freezes,
  type FreezeTold,
  freezesOf,
  holdingAt,
} from '../model/rules/freezes.ts';

/** The channel of rebuilds is told, by a notice that is stored with it. Pure. */
const told = (freezes: Freezes, name: string, channel: string, facts: FreezeTold, now: number): Freezes =>
  withNotice(freezes, { name, channel, facts }, now);

export const tellFrozen = (
  freezes: Freezes,
  channel: string,
  { freeze, replaced }: Omit<Extract<FreezeTold, { what: 'frozen' }>, 'what'>,
  now: number,
): Freezes =>
  told(
    freezes,
    `freeze-${freeze.n}`,
    channel,
    { what: 'frozen', freeze, ...(replaced && { replaced }) },
    now,
  );

/** Of what was lifted together, or was over: one message. Nothing where nothing ended. */
export const tellThawed = (
  freezes: Freezes,
  channel: string,
  ended: readonly EndedFreeze[],
  now: number,
): Freezes => {
  const [first] = ended;
  if (!first) return freezes;
  const { instance } = first;
  const left = holdingAt(instance === undefined ? freezes.now : freezesOf(freezes, instance).now, now);
  return told(freezes, `thaw-${first.n}`, channel, { what: 'thawed', ended, left: left.length }, now);
};

/** Each whose time is over, in a message of its own. */
export const tellOver = (
  freezes: Freezes,
  channel: string,
  over: readonly EndedFreeze[],
  now: number,
): Freezes => over.reduce((all, one) => tellThawed(all, channel, [one], now), freezes);
