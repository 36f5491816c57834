// Runs in the local Slack's page and draws the blocks that it does not know, as Slack's clients do: tables, charts, plans,
// containers, rich text. The page writes `[type]` for such a block; what is drawn stands behind that.
(() => {
  const style = `
    .bk-unknown.is-drawn { display: none; }
    .bk-rich { font-size: 13px; min-width: 0; }
    .bk-rich table { border-collapse: separate; border-spacing: 0; border: 1px solid #ddd; border-radius: 8px; width: 100%; }
    .bk-rich th, .bk-rich td { padding: 5px 8px; text-align: left; vertical-align: top; border-top: 1px solid #eee; }
    .bk-rich th { border-top: none; background: #f8f8f8; font-weight: 700; white-space: nowrap; }
    .bk-rich .scroll { overflow-x: auto; }
    .bk-rich .pages { display: flex; gap: 8px; align-items: center; color: #616061; padding: 4px 0; }
    .bk-rich .pages button { border: 1px solid #ccc; background: #fff; border-radius: 4px; }
    .bk-rich code { font-size: 12px; background: #f4f4f4; border: 1px solid #e3e3e3; border-radius: 3px; padding: 0 3px; color: #c01343; }
    .bk-rich .plan { border: 1px solid #ddd; border-radius: 8px; padding: 8px 12px; }
    .bk-rich .plan > b { display: block; margin-bottom: 4px; }
    .bk-rich .task { display: flex; gap: 8px; padding: 2px 0; }
    .bk-rich .task .mark { width: 14px; text-align: center; font-weight: 700; flex: none; }
    .bk-rich .task.complete .mark { color: #007a5a; } .bk-rich .task.in_progress .mark { color: #1264a3; }
    .bk-rich .task.error .mark { color: #e01e5a; } .bk-rich .task.pending { color: #616061; }
    .bk-rich .task .more { color: #616061; }
    .bk-rich details.container, .bk-rich div.container { border: 1px solid #ddd; border-radius: 8px; padding: 6px 12px; }
    .bk-rich summary { cursor: pointer; font-weight: 700; } .bk-rich summary .sub { font-weight: 400; color: #616061; }
    .bk-rich .child { margin-top: 6px; white-space: pre-wrap; } .bk-rich .child.context { color: #616061; font-size: 12px; }
    .bk-rich figure { margin: 0; border: 1px solid #ddd; border-radius: 8px; padding: 8px 12px; max-width: 520px; }
    .bk-rich figcaption { font-weight: 700; margin-bottom: 4px; } .bk-rich svg { width: 100%; display: block; }`;

  const make = (tag, props = {}, ...inside) => {
    const node = Object.assign(document.createElement(tag), props);
    node.append(...inside);
    return node;
  };

  const date = (seconds, format) => {
    const at = new Date(seconds * 1000);
    const days = Math.round(
      (new Date(at).setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / 86_400_000,
    );
    const near = { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' }[days];
    const short = at.toLocaleDateString('en-US', { month: 'short', day: 'numeric', year: 'numeric' });
    return format
      .replace(/\{date\w*_pretty\}/g, near ?? short)
      .replace(/\{date\w*\}/g, short)
      .replace(/\{time\w*\}/g, at.toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit' }));
  };

  const styled = (node, { bold, italic, strike, code } = {}) => {
    let shown = node;
    for (const [on, tag] of [
      [bold, 'b'],
      [italic, 'i'],
      [strike, 's'],
      [code, 'code'],
    ]) {
      if (on) shown = make(tag, {}, shown);
    }
    return shown;
  };
  const link = (url, text) => make('a', { href: url, target: '_blank', rel: 'noreferrer' }, text);
  const mention = (text) => make('span', { className: 'mention' }, text);
  const person = (id) => mention(window.people?.[id] ?? `@${id}`);

  const inline = (part) => {
    const drawn = {
      text: () => part.text,
      link: () => link(part.url, part.text ?? part.url),
      user: () => person(part.user_id),
      usergroup: () => mention(window.usergroups?.[part.usergroup_id] ?? `@${part.usergroup_id}`),
      channel: () => mention(`#${part.channel_id}`),
      date: () => date(part.timestamp, part.format),
      emoji: () => `:${part.name}:`,
    }[part.type];
    return styled(drawn ? drawn() : `[${part.type}]`, part.style);
  };
  const richText = ({ elements = [] }) =>
    elements.map((part) =>
      part.type === 'rich_text_list'
        ? make('ul', {}, ...part.elements.map((item) => make('li', {}, ...item.elements.map(inline))))
        : make('div', {}, ...part.elements.map(inline)),
    );

  const entities = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  /** The little of mrkdwn that stands in containers. */
  const mrkdwn = (text) =>
    text.split(/(<[^<>\n]+>|`[^`\n]+`|\*[^*\n]+\*)/).map((part) => {
      const [, url, label] = /^<(https?:[^|>]+)(?:\|([^>]*))?>$/.exec(part) ?? [];
      if (url) return link(entities(url), entities(label ?? url));
      const [, id] = /^<@([A-Z0-9]+)>$/.exec(part) ?? [];
      if (id) return person(id);
      if (/^`.+`$/.test(part)) return make('code', {}, entities(part.slice(1, -1)));
      if (/^\*.+\*$/.test(part)) return make('b', {}, ...mrkdwn(part.slice(1, -1)));
      return entities(part);
    });
  const textOf = (object) => (object?.type === 'mrkdwn' ? mrkdwn(object.text) : [object?.text ?? '']);

  const cell = (value) => (value.type === 'rich_text' ? richText(value) : [value.text]);
  const rows = (tag, all, columns = []) =>
    all.map((row) =>
      make(
        'tr',
        {},
        ...row.map((value, i) => {
          const made = make(tag, {}, ...cell(value));
          made.style.textAlign = columns[i]?.align ?? (value.type === 'raw_number' ? 'right' : 'left');
          return made;
        }),
      ),
    );
  const table = (block) =>
    make('div', { className: 'scroll' }, make('table', {}, ...rows('td', block.rows, block.column_settings)));

  const dataTable = (block) => {
    const [head = [], ...body] = block.rows;
    const size = block.page_size ?? 5;
    const pages = Math.ceil(body.length / size);
    const under = make('tbody');
    const where = make('span');
    let page = 0;
    const show = (to) => {
      page = Math.max(0, Math.min(pages - 1, to));
      under.replaceChildren(...rows('td', body.slice(page * size, (page + 1) * size)));
      where.textContent = `${page * size + 1}–${Math.min(body.length, (page + 1) * size)} of ${body.length}`;
    };
    show(0);
    const grid = make('table', { ariaLabel: block.caption }, make('thead', {}, ...rows('th', [head])), under);
    const drawn = make('div', {}, make('div', { className: 'scroll' }, grid));
    if (pages > 1) {
      const turn = (text, by) => make('button', { textContent: text, onclick: () => show(page + by) });
      drawn.append(make('div', { className: 'pages' }, turn('‹', -1), where, turn('›', 1)));
    }
    return drawn;
  };

  const marks = { pending: '○', in_progress: '◔', complete: '✓', error: '✗' };
  const task = ({ title, status = 'pending', details, output }) =>
    make(
      'div',
      { className: `task ${status}` },
      make('span', { className: 'mark' }, marks[status]),
      make(
        'div',
        {},
        make('span', {}, title),
        ...[details, output].flatMap((more) =>
          more ? [make('div', { className: 'more' }, ...richText(more))] : [],
        ),
      ),
    );
  const plan = (block) =>
    make('div', { className: 'plan' }, make('b', {}, block.title), ...(block.tasks ?? []).map(task));

  const child = (block) => {
    const known = draw[block.type];
    if (known) return make('div', { className: 'child' }, known(block));
    const texts = block.type === 'context' ? block.elements.flatMap(textOf) : textOf(block.text);
    return make('div', { className: `child ${block.type}` }, ...texts);
  };
  const container = (block) => {
    const title = block.rich_text_title ? richText(block.rich_text_title) : [block.title.text];
    const sub = block.subtitle ? [make('span', { className: 'sub' }, ' ', ...textOf(block.subtitle))] : [];
    const inside = block.child_blocks.map(child);
    if (!block.is_collapsible) {
      return make('div', { className: 'container' }, make('b', {}, ...title), ...sub, ...inside);
    }
    const drawn = make(
      'details',
      { className: 'container' },
      make('summary', {}, ...title, ...sub),
      ...inside,
    );
    drawn.open = !block.default_collapsed;
    return drawn;
  };

  const colours = ['#1264a3', '#2bac76', '#e0a11e', '#e01e5a', '#6b4fbb', '#616061'];
  const svg = (tag, props, text) => {
    const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [name, value] of Object.entries(props)) node.setAttribute(name, value);
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const chart = ({ title, chart: drawn }) => {
    const { categories, x_label: under, y_label: beside } = drawn.axis_config;
    const top = Math.max(1, ...drawn.series.flatMap(({ data }) => data.map(({ value }) => value)));
    const [left, right, high, low] = [44, 490, 12, 132];
    const x = (i) => left + (categories.length < 2 ? 0 : (i * (right - left)) / (categories.length - 1));
    const y = (value) => low - (value / top) * (low - high);
    const picture = svg('svg', { viewBox: '0 0 500 190', role: 'img' });
    for (const share of [0, 0.5, 1]) {
      const at = y(share * top);
      picture.append(svg('line', { x1: left, x2: right, y1: at, y2: at, stroke: '#e6e6e6' }));
      const says = Number((share * top).toPrecision(3)).toLocaleString('en');
      picture.append(
        svg('text', { x: left - 6, y: at + 4, 'font-size': 11, 'text-anchor': 'end', fill: '#616061' }, says),
      );
    }
    const every = Math.ceil(categories.length / 5);
    for (const [i, name] of categories.entries()) {
      if (i % every !== 0) continue;
      picture.append(
        svg(
          'text',
          {
            x: x(i),
            y: low + 16,
            'font-size': 11,
            'text-anchor': i === 0 ? 'start' : i === categories.length - 1 ? 'end' : 'middle',
            fill: '#616061',
          },
          name,
        ),
      );
    }
    const axes = [beside, under].filter(Boolean).join(' · ');
    picture.append(svg('text', { x: left, y: 166, 'font-size': 11, fill: '#616061' }, axes));
    const legend = svg('text', { x: left, y: 184, 'font-size': 11, 'font-weight': 'bold' });
    for (const [i, { name }] of drawn.series.entries()) {
      legend.append(svg('tspan', { fill: colours[i], dx: i === 0 ? 0 : 14 }, `● ${name}`));
    }
    picture.append(legend);
    for (const [i, series] of drawn.series.entries()) {
      const points = categories.map((name, n) => {
        const value = series.data.find(({ label }) => label === name)?.value ?? 0;
        return `${x(n)},${y(value)}`;
      });
      const colour = colours[i];
      if (drawn.type === 'area') {
        const area = [`${x(0)},${low}`, ...points, `${x(categories.length - 1)},${low}`].join(' ');
        picture.append(svg('polygon', { points: area, fill: colour, opacity: 0.2 }));
      }
      picture.append(
        svg('polyline', { points: points.join(' '), fill: 'none', stroke: colour, 'stroke-width': 2.5 }),
      );
    }
    return make('figure', {}, make('figcaption', {}, title), picture);
  };

  const draw = {
    rich_text: (block) => make('div', {}, ...richText(block)),
    table,
    data_table: dataTable,
    data_visualization: chart,
    task_card: task,
    plan,
    container,
  };

  /** The blocks behind nodes, as they are rendered now: React keeps an older tree beside the present one. */
  const blocksOf = (nodes) => {
    const found = new Map();
    const [any] = nodes;
    const key = any && Object.keys(any).find((name) => name.startsWith('__reactFiber$'));
    let root = key && any[key];
    while (root?.return) root = root.return;
    const wanted = new Set(nodes);
    const walk = (fiber, block) => {
      for (let at = fiber; at; at = at.sibling) {
        const own = Object.values(at.memoizedProps ?? {}).find(
          (prop) => typeof prop?.type === 'string' && draw[prop.type],
        );
        if (wanted.has(at.stateNode)) found.set(at.stateNode, block);
        walk(at.child, own ?? block);
      }
    };
    walk(root?.stateNode?.current?.child);
    return found;
  };

  const drawn = new WeakMap();
  const look = () => {
    const nodes = [...document.querySelectorAll('.bk-unknown')];
    const blocks = blocksOf(nodes);
    for (const node of nodes) {
      const block = blocks.get(node);
      if (!block) continue;
      const whole = JSON.stringify(block);
      const before = drawn.get(node);
      if (before?.whole === whole && before.shown.previousSibling === node) continue;
      before?.shown.remove();
      const shown = make('div', { className: 'bk-rich' }, draw[block.type](block));
      node.classList.add('is-drawn');
      node.after(shown);
      drawn.set(node, { whole, shown });
    }
    for (const shown of document.querySelectorAll('.bk-rich')) {
      const before = shown.previousElementSibling;
      if (!before?.classList.contains('bk-unknown')) shown.remove();
    }
  };
  document.addEventListener('DOMContentLoaded', () => {
    document.head.append(make('style', { textContent: style }));
    // A block may change without any node of the page.
    setInterval(look, 200);
  });
})();
