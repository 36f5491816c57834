import { actions, type Block, button, context } from '../../blocks.ts';
import type { ViewContext } from '../../context.ts';
import { code } from '../../escape.ts';
import { AlertIdValue, actionIds, blockIds, RebuildIdValue, startValue } from '../../ids.ts';
import { ownLink, permalink } from '../../links.ts';

export interface AlertRebuildFacts {
  /** The alert's own id: the start form is filled from it. */
  readonly id?: string;
  /** A known instance that the alert's labels name. */
  readonly instance?: string;
  /** The rebuild of that instance that is in flight, and its thread. */
  readonly rebuild?: { readonly id: string; readonly channel: string; readonly ts?: string };
}

/**
 * What an alert's root says of rebuilds: the one it came up during, with its buttons; or how to start one, where its
 * labels name an instance. Nothing otherwise.
 */
export const rebuildPart = (facts: AlertRebuildFacts, ctx: ViewContext): Block[] => {
  const { rebuild, instance } = facts;
  if (rebuild) {
    const thread = permalink(ctx, rebuild.channel, rebuild.ts);
    const name = ownLink(thread, rebuild.id) ?? code(rebuild.id, 120);
    return [...context(`🚜 During rebuild ${name}`), ...during(rebuild.id)];
  }
  if (instance === undefined || instance === '') return [];
  const value = startOf(facts);
  return value === undefined
    ? []
    : [actions(blockIds.alertRebuild, [button('Start rebuild…', actionIds.rebuildStart, { value })])];
};

const during = (id: string): Block[] => {
  if (!RebuildIdValue.safeParse(id).success) return [];
  const to = { value: id };
  return [
    actions(blockIds.alertRebuild, [
      button('Scale…', actionIds.rebuildScale, to),
      button('Pause…', actionIds.rebuildPause, to),
      button('Status', actionIds.rebuildStatus, to),
    ]),
  ];
};

const startOf = ({ id, instance }: AlertRebuildFacts): string | undefined => {
  if (id !== undefined && AlertIdValue.safeParse(id).success) return startValue({ alert: id });
  return instance !== undefined && /^[a-z0-9][a-z0-9-]{0,79}$/.test(instance)
    ? startValue({ instance })
    : undefined;
};
