/** The texts of a rendering as a person reads them: one string a block, buttons by their labels in brackets. */
export const readable = (blocks: readonly unknown[]): string[] => blocks.map((block) => read(block as Node));

type Node = { readonly [key: string]: unknown };

const read = (block: Node): string => {
  const elements = (block['elements'] ?? []) as Node[];
  switch (block['type']) {
    case 'section':
      return asSeen((block['text'] as Node)['text'] as string);
    case 'context':
      return elements.map((element) => asSeen(element['text'] as string)).join(' | ');
    case 'actions':
      return elements
        .map((element) => `[${((element['text'] ?? element['placeholder']) as Node)['text'] as string}]`)
        .join(' ');
    case 'input':
      return `${(block['label'] as Node)['text'] as string}: ____`;
    default:
      return `(${block['type'] as string})`;
  }
};

const asSeen = (text: string): string =>
  text.replace(/<!date\^\d+\^([^|]+)\|([\d-]+) ([\d:]+) UTC>/g, (_, format, day, time) =>
    String(format).includes('date') ? `${day} ${time}` : String(time),
  );
