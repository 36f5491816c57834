import { auditChainOn } from '../../support/audit-chain.ts';
import { redisOfFile } from '../../support/redis/of-file.ts';
import { auditChainConformance } from './audit.ts';

const server = redisOfFile();
let prefixes = 0;
auditChainConformance('Redis', () => auditChainOn(server.redis, `audit-${++prefixes}`));
