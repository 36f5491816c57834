// Runs in the local Slack's page and adds what Slack's own clients do and this page does not.
(() => {
  /** mrkdwn has three entities (https://docs.slack.dev/messaging/formatting-message-text#escaping); the page shows them. */
  const decoded = new WeakSet();
  const decode = (text) => {
    if (decoded.has(text)) return;
    decoded.add(text);
    const shown = text.data.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    if (shown !== text.data) text.data = shown;
  };

  /** A group's name and `@here`: the page knows people and channels only. Before `decode`: what is escaped is no mention. */
  const mention = /<!(?:subteam\^([A-Z0-9]+)|(here|channel|everyone))(?:\|([^>]*))?>/;
  const name = (text) => {
    if (decoded.has(text) || text.parentElement.closest('code, .mention')) return;
    const found = mention.exec(text.data);
    if (!found) return;
    const [whole, group, all, label] = found;
    const shown = document.createElement('span');
    shown.className = 'mention';
    shown.textContent = all ? `@${all}` : (window.usergroups[group] ?? label ?? `@${group}`);
    const after = text.splitText(found.index);
    after.data = after.data.slice(whole.length);
    after.before(shown);
  };

  /** The element of the view behind a node: React keeps the props that it was rendered from beside it. */
  const elementOf = (node, having = 'initial_option') => {
    const key = Object.keys(node).find((name) => name.startsWith('__reactFiber$'));
    let fiber = node[key];
    for (let up = 0; fiber && up < 6; up++) {
      const found = Object.values(fiber.memoizedProps ?? {}).find((prop) => prop?.[having]);
      if (found) return found;
      fiber = fiber.return;
    }
    return undefined;
  };

  /** A select begins with its `initial_option`, and submits it when nobody touches it. */
  const begun = new WeakSet();
  const begin = (select) => {
    if (begun.has(select)) return;
    begun.add(select);
    const value = elementOf(select)?.initial_option?.value;
    if (value === undefined || select.value !== '') return;
    // React listens to the event, and looks whether the value was set behind its back.
    Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set.call(select, value);
    select.dispatchEvent(new Event('change', { bubbles: true }));
  };

  /** The page shows a text's `initial_value`, and submits it only when somebody typed. */
  const beginText = (input) => {
    if (begun.has(input)) return;
    begun.add(input);
    if (input.value === '') return;
    // React compares with what it last saw there.
    input._valueTracker?.setValue('');
    input.dispatchEvent(new Event('input', { bubbles: true }));
  };

  /** Boxes begin ticked as their `initial_options` say. */
  const beginBoxes = (options) => {
    if (begun.has(options)) return;
    begun.add(options);
    const initial = elementOf(options, 'initial_options')?.initial_options ?? [];
    for (const label of options.querySelectorAll('label')) {
      const box = label.querySelector('input');
      if (box && !box.checked && initial.some(({ text }) => text.text === label.textContent.trim()))
        box.click();
    }
  };

  const look = () => {
    for (const element of document.querySelectorAll('.mrkdwn')) {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        name(walker.currentNode);
        decode(walker.currentNode);
      }
      for (const link of element.querySelectorAll('a[href*="&amp;"]')) {
        link.setAttribute('href', link.getAttribute('href').replaceAll('&amp;', '&'));
      }
    }
    for (const select of document.querySelectorAll('select.bk-select')) begin(select);
    for (const input of document.querySelectorAll('.modal input.bk-plain-input')) beginText(input);
    for (const options of document.querySelectorAll('.modal .bk-options')) beginBoxes(options);
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
})();
