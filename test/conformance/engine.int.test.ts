import { startWorld } from '../sandbox/engine/world.ts';
import { engineConforms } from './engine.ts';

engineConforms(() => startWorld());
