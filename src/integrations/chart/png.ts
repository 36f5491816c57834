import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Charts look the same everywhere: these fonts, and none of the machine's. */
const fontFiles = (): string[] => {
  const folder = dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json'));
  return ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) => join(folder, 'ttf', file));
};

/**
 * An SVG as PNG, in twice its size so that it is sharp on a phone. Off the main thread.
 * @throws when it is no SVG.
 */
export const renderPng = async (svg: string): Promise<Uint8Array> => {
  // Native code: loaded with the first chart.
  const { renderAsync } = await import('@resvg/resvg-js');
  const image = await renderAsync(svg, {
    fitTo: { mode: 'zoom', value: 2 },
    font: { loadSystemFonts: false, fontFiles: fontFiles(), defaultFontFamily: 'DejaVu Sans' },
  });
  return image.asPng();
};
