import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { inTurn } from '../../core/time/in-turn.ts';

/** Charts look the same everywhere: these fonts, and none of the machine's. */
const fontFiles = (): string[] => {
  const folder = dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json'));
  return ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) => join(folder, 'ttf', file));
};

let collectYoung: (() => void) | undefined;

/**
 * What was drawn lies outside of the heap, 7 MB a chart, until its tiny wrapper is collected: with nothing to hurry it,
 * forty charts held 300 MB. The young generation alone takes 3 ms, a chart 50.
 */
const letGoOfDrawn = (): void => {
  if (collectYoung === undefined) {
    setFlagsFromString('--expose-gc');
    const gc: unknown = runInNewContext('gc');
    collectYoung = typeof gc === 'function' ? () => gc({ type: 'minor' }) : () => {};
  }
  collectYoung();
};

/**
 * An SVG as PNG, in twice its size so that it is sharp on a phone. Off the main thread, and one at a time.
 * @throws when it is no SVG.
 */
export const renderPng = inTurn(async (svg: string): Promise<Uint8Array> => {
  const png = await draw(svg);
  letGoOfDrawn();
  return png;
});

const draw = async (svg: string): Promise<Uint8Array> => {
  // Native code: loaded with the first chart.
  const { renderAsync } = await import('@resvg/resvg-js');
  const image = await renderAsync(svg, {
    fitTo: { mode: 'zoom', value: 2 },
    font: { loadSystemFonts: false, fontFiles: fontFiles(), defaultFontFamily: 'DejaVu Sans' },
  });
  return image.asPng();
};
