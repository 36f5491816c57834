/** How to get to the one Redis that takes writes. */
export interface RedisAddress {
  /** `redis://` or `rediss://`; whatever it names leads to the primary, or to any node of a cluster. Without it: `sentinel`. */
  readonly url?: string | undefined;
  readonly login?: RedisLogin | undefined;
  /** True: TLS, and the authorities that Node trusts. */
  readonly tls?: RedisTls | boolean | undefined;
  /** Sentinels that say where the primary is. */
  readonly sentinel?: SentinelAddress | undefined;
}

export interface RedisLogin {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** PEM files; read again for each connection, since they are renewed in place. */
export interface RedisTls {
  readonly ca_file?: string | undefined;
  readonly cert_file?: string | undefined;
  readonly key_file?: string | undefined;
  readonly server_name?: string | undefined;
}

export interface SentinelAddress {
  /** What the Sentinels call the primary and its replicas. */
  readonly name: string;
  readonly nodes: readonly Endpoint[];
  readonly login?: RedisLogin | undefined;
  readonly tls?: RedisTls | boolean | undefined;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export const overTls = ({ url, tls }: RedisAddress): boolean =>
  url?.startsWith('rediss:') === true || (tls !== undefined && tls !== false);

/** `host:port`; of an IPv6 address the brackets go. */
export const endpointOf = (text: string): Endpoint => {
  const at = text.lastIndexOf(':');
  return { host: text.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(text.slice(at + 1)) };
};

export const sameEndpoint = (a: Endpoint, b: Endpoint): boolean => a.host === b.host && a.port === b.port;
