/** A complete values file of an instance that is changed by commits; `change` edits its text. */
export const valuesOf = (...change: readonly (readonly [string | RegExp, string])[]): string =>
  change.reduce<string>((text, [from, to]) => {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`the values have no ${from}`);
    return changed;
  }, values);

const values = `# system7
tenant: "105861"
cluster: den
namespace: tenant-105861-prod
adminUrl: https://system7-fe1.example:8443
change: gitops
frontends:
  - system7-fe1
  - system7-fe2

dcr:
  engine: balance # not farm
  target: 36h

farmer:
  replicas: 0 # farmhand
synchronizer:
  replicas: 0
`;
