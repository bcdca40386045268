import display from '@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2';
import text from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2';
import { preload } from 'react-dom';

const address = (font: typeof text) => (typeof font === 'string' ? font : font.src);

/** Asks for the two fonts of the first screen before the stylesheet does. */
export function preloadFonts(): void {
  for (const font of [display, text]) {
    preload(address(font), { as: 'font', type: 'font/woff2', crossOrigin: 'anonymous' });
  }
}
