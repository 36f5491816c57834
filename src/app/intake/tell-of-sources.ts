import type { EventsAnswered } from '../../http-api/events-routes.ts';
import type { Notices } from './notices.ts';

/** Addresses that something was taken from, so that a wrong token from there is known to be a source's. */
const mostKnown = 1_000;

/** From how senders were answered to what people are told. */
export const tellOfSources = (
  notices: Notices,
  maxBodyBytes: number,
): ((answered: EventsAnswered) => void) => {
  const known = new Set<string>();
  const limit = `http.max_body_bytes (${(maxBodyBytes / 1_048_576).toLocaleString('en')} MiB)`;
  return ({ status, source, address, agent, reason }) => {
    const place = agent === '' ? address : `${agent} at ${address}`;
    const name = source ?? place;
    switch (status) {
      case 202:
        if (known.size < mostKnown) known.add(place);
        if (reason === undefined) notices.accepted(...new Set([name, place]));
        else notices.refused(name, 'partly_unreadable', reason);
        return;
      case 413:
        notices.refused(name, 'too_large', limit);
        return;
      case 422:
        notices.refused(name, 'unreadable', reason ?? 'unknown');
        return;
      case 401:
        // Whoever looks around in the network is not a source.
        if (known.has(place) || /^(Alertmanager|Grafana|Prometheus)\b/.test(agent)) {
          notices.refused(place, 'unauthorized', '');
        }
        return;
      default:
    }
  };
};
