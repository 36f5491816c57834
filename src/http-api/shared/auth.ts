import { timingSafeEqual } from 'node:crypto';
import { type Sight, seesAll, sightOf, type TierRules } from '../../access/tiers.ts';
import type { Config } from '../../config/schema/schema.ts';
import type { Secret } from '../../config/schema/secret.ts';
import { sha256 } from '../../core/hash.ts';
import { HttpRefusal } from './refusal.ts';

/** Which key of the config a token is. */
export type TokenSetting = 'http.events_token' | 'http.api_token' | 'http.audit_token';

/**
 * Checks `Authorization: Bearer …` against one token; throws what is to be answered. Hashes are compared, in constant
 * time: neither the length nor a common start of the token shows in the time it takes.
 */
export const bearer = (token: Secret | undefined, setting: TokenSetting) => {
  const expected = onceAsked(() => token && digest(token.reveal()));
  return (authorization: string | undefined): void => {
    const wanted = expected();
    if (wanted === undefined) {
      throw new HttpRefusal(
        403,
        'endpoint_off',
        `This endpoint is off because ${setting} is not set. Nothing was read or stored.`,
        `Set ${setting} in farmhand.yml (for example { env: NAME }) and send it as \`Authorization: Bearer …\`.`,
      );
    }
    const given = tokenIn(authorization);
    if (given !== undefined && timingSafeEqual(digest(given), wanted)) return;
    throw new HttpRefusal(
      401,
      'unauthorized',
      given === undefined
        ? 'The request carries no bearer token. Nothing was read or stored.'
        : 'The bearer token is not the right one. Nothing was read or stored.',
      `Send \`Authorization: Bearer …\` with the value of ${setting}.`,
      { headers: { 'www-authenticate': 'Bearer realm="farmhand"' } },
    );
  };
};

/** Who sends events, by a token of its own. */
export interface Sender {
  readonly name: string;
  readonly tier?: string | undefined;
  readonly cluster?: string | undefined;
}

/** As `bearer`, for the common token of events and those of single sources. */
export const senderBy = (config: Pick<Config['http'], 'events_token' | 'sources'>) => {
  const { events_token, sources } = config;
  const common = bearer(events_token ?? sources[0]?.token, 'http.events_token');
  const known = onceAsked(() =>
    sources.map(({ token, ...sender }) => ({ token: digest(token.reveal()), sender })),
  );
  return (authorization: string | undefined): Sender | undefined => {
    const given = digest(tokenIn(authorization) ?? '');
    const own = known().find(({ token }) => timingSafeEqual(given, token));
    if (own !== undefined) return own.sender;
    common(authorization);
    return undefined;
  };
};

/** Whoever reads, and what: by the common token the default tier's where tiers are listed, by a token of its own what that has. */
export const readerBy = (
  { api_token, readers }: Pick<Config['http'], 'api_token' | 'readers'>,
  tiers: () => TierRules,
) => {
  const common = bearer(api_token ?? readers[0]?.token, 'http.api_token');
  const known = onceAsked(() =>
    readers.map(({ token, tiers: own }) => ({ token: digest(token.reveal()), own })),
  );
  return (authorization: string | undefined): Sight => {
    const given = digest(tokenIn(authorization) ?? '');
    const reader = known().find(({ token }) => timingSafeEqual(given, token));
    const rules = tiers();
    if (reader) return reader.own.includes('*') ? seesAll : sightOf(rules, reader.own);
    common(authorization);
    return rules.list.length === 0 ? seesAll : sightOf(rules, [rules.default]);
  };
};

/** A role that serves an endpoint has its tokens; the others never ask for them. */
const onceAsked = <T>(ask: () => T): (() => T) => {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: ask() };
    return known.value;
  };
};

const tokenIn = (authorization: string | undefined): string | undefined =>
  /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1];

const digest = (text: string): Buffer => Buffer.from(sha256(text), 'hex');
