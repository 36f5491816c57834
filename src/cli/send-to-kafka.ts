import { FarmhandError } from '../errors.ts';
import type { EmitDeps } from './emit.ts';

export const sendToKafka: EmitDeps['sendToKafka'] = async () => {
  throw new FarmhandError('not_built', 'emit cannot write to Kafka yet; use --to-http');
};
