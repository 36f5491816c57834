import type { AlertmanagerConfig } from './choose.ts';

/** The header that a protected Alertmanager wants: bearer or basic; none where neither is configured. */
export const authorization = ({
  token,
  username,
  password,
}: AlertmanagerConfig): Readonly<Record<string, string>> => {
  if (token) return { authorization: `Bearer ${token.reveal()}` };
  if (username === undefined) return {};
  const pair = Buffer.from(`${username}:${password?.reveal() ?? ''}`, 'utf8').toString('base64');
  return { authorization: `Basic ${pair}` };
};

/** What to check when it answers 401 or 403. */
export const credentialAdvice = (config: AlertmanagerConfig): string => {
  const { name, token, username, tls } = config;
  if (token) return `Check the token of ${name} in farmhand.yml.`;
  if (username !== undefined) return `Check username and password of ${name} in farmhand.yml.`;
  if (tls?.cert_file !== undefined) return `Check the certificate of ${name} in farmhand.yml.`;
  return `It is protected: give ${name} a token, a username and password, or a tls certificate in farmhand.yml.`;
};
