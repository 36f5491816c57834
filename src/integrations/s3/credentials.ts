import { FarmhandError, messageOf } from '../../core/errors.ts';
import type { S3Credentials } from './sign.ts';

/** Keys that are good for a while: `expiration` says how long. */
type ExpiringKeys = S3Credentials & { readonly expiration?: Date };

/** Where keys come from; asked again when they are about to end. */
export type FindKeys = () => Promise<ExpiringKeys>;

/**
 * As every AWS SDK looks for them: the environment, the service account's role (IRSA, EKS Pod Identity), profiles, the
 * machine's role. Loaded by whoever has no keys in the config.
 */
export const keysOfAws = async (region: string): Promise<FindKeys> => {
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
  return fromNodeProviderChain({ clientConfig: { region } });
};

/** Before they end, ms. */
const renewedBefore = 300_000;

/** Keys that are asked for once, and again five minutes before they end. @throws FarmhandError when there are none */
export const createKeyRing = (
  find: () => Promise<FindKeys>,
  now: () => number,
): (() => Promise<S3Credentials>) => {
  let finding: Promise<FindKeys> | undefined;
  let held: Promise<ExpiringKeys> | undefined;
  const ask = async (): Promise<ExpiringKeys> => {
    try {
      finding ??= find();
      return await (await finding)();
    } catch (error) {
      [finding, held] = [undefined, undefined];
      throw new FarmhandError(
        'archive_no_keys',
        `No AWS credentials were found for the archive: ${messageOf(error)}. Give archive.access_key_id and archive.secret_access_key, or the pod a role (IRSA, EKS Pod Identity).`,
        { retryable: true, cause: error },
      );
    }
  };
  return async () => {
    held ??= ask();
    const keys = await held;
    if (keys.expiration === undefined || keys.expiration.getTime() - now() > renewedBefore) return keys;
    held = ask();
    return held;
  };
};
