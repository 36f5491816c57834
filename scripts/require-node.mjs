// Loaded before any TypeScript, so it must stay plain JavaScript that an old Node can read.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    [
      `farmhand needs Node 24; this is ${process.version} (${process.execPath}).`,
      'Nothing was started. `npm ci` brings Node 24 into node_modules, and `npm run …` takes it from there;',
      'if it is missing there, its install script was kept from running. Do this once:',
      '',
      '  npm rebuild node --ignore-scripts=false',
    ].join('\n'),
  );
  process.exit(1);
}
