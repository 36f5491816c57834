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

  /** The element of the view behind a node: React keeps the props that it was rendered from beside it. */
  const elementOf = (node) => {
    const key = Object.keys(node).find((name) => name.startsWith('__reactFiber$'));
    let fiber = node[key];
    for (let up = 0; fiber && up < 6; up++) {
      const found = Object.values(fiber.memoizedProps ?? {}).find((prop) => prop?.initial_option);
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

  const look = () => {
    for (const element of document.querySelectorAll('.mrkdwn')) {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) decode(walker.currentNode);
      for (const link of element.querySelectorAll('a[href*="&amp;"]')) {
        link.setAttribute('href', link.getAttribute('href').replaceAll('&amp;', '&'));
      }
    }
    for (const select of document.querySelectorAll('select.bk-select')) begin(select);
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
})();
