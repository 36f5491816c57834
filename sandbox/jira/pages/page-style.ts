/** The one style of the pages: system fonts, light and dark, no script, nothing loaded. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #ffffff; --sunken: #f7f8f9; --line: #dcdfe4; --text: #172b4d; --subtle: #5a6a85;
  --brand: #0c66e4; --chip: #e9ebef; --hover: #f1f2f4;
  --todo: #dfe1e6; --todo-text: #344563; --doing: #cce0ff; --doing-text: #09326c; --done: #c6f0d8; --done-text: #14532d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #1d2125; --raised: #22272b; --sunken: #191c1f; --line: #3a434c; --text: #d3dae2; --subtle: #9aa8b8;
    --brand: #6aa8ff; --chip: #313940; --hover: #282e33;
    --todo: #3a434c; --todo-text: #d3dae2; --doing: #09326c; --doing-text: #cce0ff; --done: #164b35; --done-text: #baf3db;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text); overflow-wrap: anywhere;
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
}
a { color: var(--brand); text-decoration: none; }
a:hover { text-decoration: underline; }
a:focus-visible { outline: 2px solid var(--brand); outline-offset: 2px; border-radius: 3px; }
header { display: flex; align-items: center; gap: 10px; padding: 0 24px; height: 52px; border-bottom: 1px solid var(--line); }
header .mark { width: 26px; height: 26px; border-radius: 6px; background: var(--brand); color: var(--ground); display: grid; place-items: center; font-weight: 700; }
header b { font-size: 15px; }
header .hint { margin-left: auto; color: var(--subtle); font-size: 12px; }
main { max-width: 1240px; margin: 0 auto; padding: 24px; }
.crumbs { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; color: var(--subtle); font-size: 13px; margin-bottom: 10px; }
.crumbs a { color: inherit; }
h1 { font-size: 24px; line-height: 1.25; font-weight: 600; margin: 0 0 20px; letter-spacing: -.01em; }
h2 { font-size: 15px; font-weight: 600; margin: 0 0 10px; }
section { margin-bottom: 30px; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) 340px; gap: 40px; align-items: start; }
@media (max-width: 860px) { .columns { grid-template-columns: minmax(0, 1fr); gap: 20px; } main { padding: 16px; } header { padding: 0 16px; } header .hint { display: none; } aside { order: -1; } }
.lozenge { display: inline-block; padding: 2px 8px; border-radius: 4px; font-size: 11px; font-weight: 700; letter-spacing: .03em; text-transform: uppercase; white-space: nowrap; background: var(--todo); color: var(--todo-text); }
.lozenge.indeterminate { background: var(--doing); color: var(--doing-text); }
.lozenge.done { background: var(--done); color: var(--done-text); }
.lozenge.big { font-size: 12px; padding: 6px 12px; margin-bottom: 14px; }
.type { display: inline-grid; place-items: center; width: 16px; height: 16px; border-radius: 3px; background: #4688ec; color: #fff; font-size: 10px; font-weight: 700; }
.type.incident { background: #d9472b; } .type.bug { background: #e2483d; }
.card { border: 1px solid var(--line); border-radius: 8px; background: var(--raised); overflow: hidden; }
.card > h2 { margin: 0; padding: 12px 16px; border-bottom: 1px solid var(--line); }
dl { margin: 0; padding: 8px 16px; display: grid; grid-template-columns: 96px minmax(0, 1fr); }
dt, dd { margin: 0; padding: 7px 0; }
dt { color: var(--subtle); font-size: 13px; }
.chip { display: inline-block; margin: 1px 4px 1px 0; padding: 1px 8px; border-radius: 4px; background: var(--chip); font-size: 12px; color: inherit; }
.document { line-height: 1.6; }
.document p { margin: 0 0 10px; } .document h3 { font-size: 14px; margin: 20px 0 8px; }
.document td p:last-child, .document th p:last-child { margin: 0; }
.scroll { overflow-x: auto; }
.document table { width: 100%; border-collapse: collapse; table-layout: fixed; margin: 6px 0 14px; }
.document th, .document td { border: 1px solid var(--line); padding: 7px 12px; text-align: left; vertical-align: top; }
.document th { background: var(--sunken); font-weight: 600; }
.document th:first-child:nth-last-child(2) { width: 190px; }
@media (max-width: 600px) { .document th:first-child:nth-last-child(2) { width: 116px; } }
.document pre, .document code { background: var(--sunken); border-radius: 4px; padding: 1px 4px; font-size: 12px; }
.panel { background: var(--sunken); border-radius: 6px; padding: 10px 14px; }
.rows > a, .rows > .row { display: flex; align-items: center; gap: 10px; padding: 10px 14px; color: var(--text); border-bottom: 1px solid var(--line); }
.rows > :last-child { border-bottom: 0; }
.rows > a:hover { background: var(--hover); text-decoration: none; }
.rows .key { color: var(--brand); font-weight: 500; white-space: nowrap; }
.rows .grow { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.rows .when { color: var(--subtle); font-size: 12px; white-space: nowrap; }
.rows .host { color: var(--subtle); font-size: 12px; white-space: nowrap; }
.files { display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); gap: 14px; }
.file { display: flex; flex-direction: column; color: var(--text); }
.file:hover { background: var(--hover); text-decoration: none; }
.file img, .file .blank { width: 100%; height: 150px; object-fit: contain; background: var(--sunken); border-bottom: 1px solid var(--line); display: grid; place-items: center; color: var(--subtle); }
.file .name { padding: 8px 12px 0; font-weight: 500; } .file .quiet { padding: 0 12px 8px; font-size: 12px; }
.document em:only-child { color: var(--subtle); font-size: 12px; }
.entry { display: grid; grid-template-columns: 32px minmax(0, 1fr); gap: 12px; margin-bottom: 18px; }
.avatar { width: 32px; height: 32px; border-radius: 50%; background: #6554c0; color: #fff; display: grid; place-items: center; font-size: 13px; font-weight: 600; }
.entry .who { font-weight: 600; margin-right: 6px; } .entry .when { color: var(--subtle); font-size: 12px; }
.entry .document p:last-child { margin-bottom: 0; }
.entry .arrow { color: var(--subtle); padding: 0 6px; }
.quiet { color: var(--subtle); } .under { margin: -14px 0 16px; color: var(--subtle); }
.rows .quiet { white-space: nowrap; }
.empty { text-align: center; padding: 72px 16px; color: var(--subtle); }
.empty b { display: block; font-size: 17px; color: var(--text); margin-bottom: 6px; }
`;
