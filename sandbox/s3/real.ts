import { FarmhandError } from '../../src/core/errors.ts';
import type { S3Credentials } from '../../src/integrations/s3/sign.ts';
import { freePort } from '../process/free-port.ts';
import { type ManagedProcess, startProcess } from '../process/process.ts';
import type { S3Right } from './store.ts';

export interface RealS3 extends AsyncDisposable {
  readonly url: string;
  /** Keys of a user that may do only this with a bucket, which is made where it is not there. */
  user(bucket: string, rights: readonly S3Right[]): Promise<S3Credentials>;
}

/** Moto's S3, which checks signatures with AWS' own library (botocore) and rights by IAM's policies. */
export const startRealS3 = async (): Promise<RealS3> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const process: ManagedProcess = await startProcess({
    name: 'Moto',
    command: 'moto_server',
    args: ['-H', '127.0.0.1', '-p', String(port)],
    ready: { port },
    installHint: 'scripts/real/moto.sh installs it.',
  });
  /** A call that is not checked: these make the world. */
  const make = async (service: 'iam' | 's3', path: string, init: RequestInit): Promise<string> => {
    const credential = `Credential=setup/20260101/us-east-1/${service}/aws4_request`;
    const answer = await fetch(`${url}${path}`, {
      ...init,
      headers: {
        ...(init.headers as Record<string, string>),
        authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=none`,
      },
    });
    const text = await answer.text();
    if (answer.ok || answer.status === 409) return text;
    throw new FarmhandError('moto_failed', `${path}: ${answer.status} ${text}`);
  };
  const iam = (action: string, parameters: Record<string, string>): Promise<string> =>
    make('iam', '/', {
      method: 'POST',
      body: new URLSearchParams({ Action: action, Version: '2010-05-08', ...parameters }),
    });
  const checks = async (uncheckedCalls: number): Promise<void> => {
    await fetch(`${url}/moto-api/reset-auth`, { method: 'POST', body: String(uncheckedCalls) });
  };
  let users = 0;
  return {
    url,
    user: async (bucket, rights) => {
      await checks(1_000_000);
      await make('s3', `/${bucket}`, { method: 'PUT' });
      const name = `user-${++users}`;
      await iam('CreateUser', { UserName: name });
      const resource = (right: S3Right) =>
        right === 's3:ListBucket' ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/*`;
      await iam('PutUserPolicy', {
        UserName: name,
        PolicyName: 'archive',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: rights.map((right) => ({ Effect: 'Allow', Action: right, Resource: resource(right) })),
        }),
      });
      const made = await iam('CreateAccessKey', { UserName: name });
      await checks(0);
      const [id, secret] = ['AccessKeyId', 'SecretAccessKey'].map(
        (tag) => new RegExp(`<${tag}>([^<]+)<`).exec(made)?.[1],
      );
      if (id === undefined || secret === undefined) throw new FarmhandError('moto_failed', made);
      return { accessKeyId: id, secretAccessKey: secret };
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
};
