import { isMatched } from '../../alerts/evolve/silence.ts';
import type { SilenceEffect, SilenceRequest } from '../../alerts/ports/ports.ts';
import { type ApiDeps, listAlerts } from './api.ts';
import type { AlertmanagerConfig } from './choose.ts';
import { effectWords, type SeenEffect } from './effect-words.ts';
import { isSameAlert, matcherQuery } from './same-alert.ts';
import type { ListedAlerts } from './schema.ts';

export interface EffectDeps extends ApiDeps {
  readonly sleep: (ms: number) => Promise<unknown>;
}

/** Behind one address may be several members: a silence reaches the others within a second or two. */
const lookAgainAfter = [0, 500, 2_000];

/** Whether Alertmanager lists the alert as silenced now that the silence is there. */
export const effectOf = async (
  deps: EffectDeps,
  config: AlertmanagerConfig,
  sure: boolean,
  silence: string,
  request: SilenceRequest,
): Promise<SilenceEffect> => {
  let seen: Seen = { kind: 'unasked', error: 'it was not asked' };
  for (const wait of lookAgainAfter) {
    if (wait > 0) await deps.sleep(wait);
    seen = await look(deps, config, silence, request);
    if (seen.kind === 'silenced' || seen.kind === 'all_silenced') break;
  }
  const effect = judgeEffect(seen, { name: config.name, left: request.left, sure });
  return { seen: outcomes[effect.code], says: effectWords(effect) };
};

export type Seen =
  | { readonly kind: 'silenced'; readonly others: number }
  | { readonly kind: 'all_silenced'; readonly count: number }
  | { readonly kind: 'listed' | 'absent' | 'held_back' }
  | { readonly kind: 'unasked'; readonly error: string };

/** `sure`: this Alertmanager is known to be the one that sent the alert; `left`: labels that the silence does not go by. */
export const judgeEffect = (
  seen: Seen,
  { name, left, sure }: { readonly name: string; readonly left: number; readonly sure: boolean },
): SeenEffect => {
  switch (seen.kind) {
    case 'silenced':
      return { code: 'silenced', name, left, others: seen.others };
    case 'all_silenced':
      return { code: 'all_silenced', name, count: seen.count };
    case 'listed':
      return { code: 'not_silenced', name, left };
    case 'absent':
      return { code: sure ? 'not_listed' : 'elsewhere', name };
    case 'held_back':
      return { code: 'held_back' };
    case 'unasked':
      return { code: 'unseen', error: seen.error };
    default:
      return seen satisfies never;
  }
};

const outcomes: Readonly<Record<SeenEffect['code'], SilenceEffect['seen']>> = {
  silenced: 'silences',
  all_silenced: 'silences',
  not_silenced: 'misses',
  elsewhere: 'misses',
  not_listed: 'unknown',
  held_back: 'unknown',
  unseen: 'unknown',
};

const look = async (
  deps: ApiDeps,
  config: AlertmanagerConfig,
  silence: string,
  request: SilenceRequest,
): Promise<Seen> => {
  const found = await listAlerts(deps, config, matcherQuery(request.labels));
  if (!found.ok) return { kind: 'unasked', error: found.error };
  const { alertLabels } = request;
  const ours = found.value.filter(({ labels }) =>
    alertLabels ? isSameAlert(labels, alertLabels) : isMatched(labels, request.labels),
  );
  if (ours.length === 0) return { kind: 'absent' };
  // Held back, and no silence named: inhibited or muted, or the list lacks the names.
  if (ours.some(({ status }) => status.state !== 'active' && (status.silencedBy ?? []).length === 0))
    return { kind: 'held_back' };
  if (!ours.every(({ status }) => (status.silencedBy ?? []).length > 0)) return { kind: 'listed' };
  if (!alertLabels) return { kind: 'all_silenced', count: ours.length };
  return { kind: 'silenced', others: othersBy(found.value, silence) - ours.length };
};

const othersBy = (listed: ListedAlerts, silence: string): number =>
  listed.filter(({ status }) => status.silencedBy?.includes(silence)).length;
