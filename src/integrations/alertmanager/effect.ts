import type { SilenceEffect, SilenceRequest } from '../../alerts/ports/ports.ts';
import { type ApiDeps, listAlerts } from './api.ts';
import type { AlertmanagerConfig } from './choose.ts';
import { isSameAlert, matcherQuery } from './same-alert.ts';
import type { ListedAlerts } from './schema.ts';

export interface EffectDeps extends ApiDeps {
  readonly sleep: (ms: number) => Promise<unknown>;
}

/** Behind one address may be several members: a silence reaches the others within a second or two. */
const lookAgainAfter = [0, 500, 2_000];

/** Whether Alertmanager lists the alert as silenced now that the silence is there, as a sentence for people. */
export const effectOf = async (
  deps: EffectDeps,
  config: AlertmanagerConfig,
  sure: boolean,
  silence: string,
  request: SilenceRequest,
): Promise<SilenceEffect> => {
  const who = `Alertmanager ${config.name}`;
  let seen: Seen = { kind: 'unasked', error: 'it was not asked' };
  for (const wait of lookAgainAfter) {
    if (wait > 0) await deps.sleep(wait);
    seen = await look(deps, config, silence, request);
    if (seen.kind === 'silenced') return { seen: 'silences', says: silencedWords(who, seen.others, request) };
  }
  switch (seen.kind) {
    case 'listed':
      return {
        seen: 'misses',
        says: `${who} lists this alert as firing and not silenced: notifications go on. ${leftWords(request)}Make one there that fits`.trim(),
      };
    case 'absent':
      return sure
        ? {
            seen: 'unknown',
            says: `${who} does not list this alert at the moment, so whether it is silenced could not be seen`,
          }
        : {
            seen: 'misses',
            says: `${who} does not know this alert: it came from another one. Add that one to alertmanagers in farmhand.yml, with its external_url`,
          };
    default:
      return {
        seen: 'unknown',
        says: `Whether the alert is silenced now could not be seen: ${seen.error}`,
      };
  }
};

type Seen =
  | { readonly kind: 'silenced'; readonly others: number }
  | { readonly kind: 'listed' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unasked'; readonly error: string };

const look = async (
  deps: ApiDeps,
  config: AlertmanagerConfig,
  silence: string,
  request: SilenceRequest,
): Promise<Seen> => {
  const found = await listAlerts(deps, config, matcherQuery(request.labels));
  if (!found.ok) return { kind: 'unasked', error: found.error };
  const ours = found.value.filter(({ labels }) => isSameAlert(labels, request.alertLabels));
  if (ours.length === 0) return { kind: 'absent' };
  // Held back, and no silence named: inhibited or muted, or the list lacks the names.
  if (ours.some(({ status }) => status.state !== 'active' && (status.silencedBy ?? []).length === 0))
    return { kind: 'unasked', error: 'it is held back there at the moment, and the list names no silence' };
  if (!ours.every(({ status }) => (status.silencedBy ?? []).length > 0)) return { kind: 'listed' };
  return { kind: 'silenced', others: othersBy(found.value, silence) - ours.length };
};

const othersBy = (listed: ListedAlerts, silence: string): number =>
  listed.filter(({ status }) => status.silencedBy?.includes(silence)).length;

const silencedWords = (who: string, others: number, request: SilenceRequest): string => {
  const also = others > 0 ? `, and ${others} other alert${others === 1 ? '' : 's'} with the same labels` : '';
  return `${who} lists it as silenced${also}. ${leftWords(request)}`.trim();
};

const leftWords = ({ left }: SilenceRequest): string =>
  left === 0
    ? ''
    : `${left} of its labels ${left === 1 ? 'is' : 'are'} too long or oddly written for farmhand to match, so the silence goes by the others. `;
