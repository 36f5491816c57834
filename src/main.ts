#!/usr/bin/env node
import { randomUUID } from 'node:crypto';
import { createProgram } from './cli/program.ts';
import { processTerminal } from './cli/terminal/terminal.ts';

await createProgram({
  terminal: processTerminal(),
  // Loaded only when it is to be started: the other commands answer at once.
  startApp: async (options) => (await import('./app/start-app.ts')).startApp(options),
  sendToKafka: async (config, message) =>
    (await import('./cli/send-to-kafka.ts')).sendToKafka(config, message),
  openDeadLetters: async (config, now) =>
    (await import('./app/intake/dead-letters.ts')).openDeadLetters(config, now),
  openReplay: async (...args) => (await import('./app/intake/replay.ts')).openReplay(...args),
  examineAll: async (...args) => (await import('./app/doctor/examine-all.ts')).examineAll(...args),
  openAuditBox: async (...args) => (await import('./app/records/audit-box.ts')).openAuditBox(...args),
  exportRecords: async (options) => (await import('./app/records/transfer.ts')).exportRecords(options),
  importRecords: async (options) => (await import('./app/records/transfer.ts')).importRecords(options),
  promoteRegion: async (options) => (await import('./app/records/promote.ts')).promoteRegion(options),
  makeReport: async (...args) => (await import('./app/records/report.ts')).makeReport(...args),
  fetch,
  events: process,
  newId: randomUUID,
  exit: (code) => process.exit(code),
}).parseAsync();
