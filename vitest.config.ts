import { defineConfig } from 'vitest/config';

// Time limits find what hangs: on a busy machine a test may take five times as long. What must be fast is measured.
// A test's tier is its suffix: .test.ts is pure, .int.test.ts uses a real part, .e2e.test.ts the whole of it.
export default defineConfig({
  test: {
    // The machines that run this have two cores; more workers only make timeouts.
    maxWorkers: 2,
    tags: [
      {
        name: 'long',
        description:
          'Thousands of seeds, planted bugs, kills everywhere, waits of a minute: npm run test:long',
        timeout: 300_000,
      },
    ],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.{int,e2e}.test.ts'],
          // What is pure keeps nothing, so the files of a worker may share their modules: a third less time.
          isolate: false,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'int',
          include: ['test/**/*.int.test.ts'],
          pool: 'forks',
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts'],
          pool: 'forks',
          // They wait far more than they work.
          maxConcurrency: 12,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
