import { memoryChain } from '../../support/memory-chain.ts';
import { auditChainConformance } from './audit.ts';

auditChainConformance('in memory', memoryChain);
