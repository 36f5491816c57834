import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Prints what farmhand runs with as CycloneDX: npm's own list without what only development needs. npm's `--omit dev` leaves out
 * packages of both kinds as well (npm/cli#7909, seen with npm 11.19.1: yaml and zod were missing), and names the project after
 * the folder that it lies in, as a library (`findings/npm-sbom-names.sh`).
 */
interface Bom {
  readonly metadata: { readonly component: object };
  readonly components: readonly {
    readonly 'bom-ref': string;
    readonly properties?: readonly { readonly name: string; readonly value: string }[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const about: { readonly name: string } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
const all: Bom = JSON.parse(
  execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 27,
  }),
);
const onlyForDevelopment = new Set(
  all.components
    .filter(({ properties = [] }) =>
      properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true'),
    )
    .map((component) => component['bom-ref']),
);
const stays = (ref: string): boolean => !onlyForDevelopment.has(ref);
console.log(
  JSON.stringify(
    {
      ...all,
      metadata: {
        ...all.metadata,
        component: { ...all.metadata.component, name: about.name, type: 'application' },
      },
      components: all.components.filter((component) => stays(component['bom-ref'])),
      dependencies: all.dependencies
        .filter(({ ref }) => stays(ref))
        .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(stays) })),
    },
    undefined,
    2,
  ),
);
