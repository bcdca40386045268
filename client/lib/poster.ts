import { type Chance, MOTIFS, type Palette, rays, type Shape, UPRIGHT } from './poster-motifs.ts';

export { HEIGHT, type Shape, WIDTH } from './poster-motifs.ts';

/**
 * The poster of an event that has no image: drawn from its id alone, so that
 * server, browser and a shared link all show the same one.
 */
export interface Poster {
  background: string;
  shapes: Shape[];
  /** Degrees by which the whole is turned; it is drawn large enough for that. */
  turn: number;
}

const PALETTES: readonly Palette[] = [
  ['#23124a', '#ff5d5d', '#ffc531', '#f6e7ff'],
  ['#0f3d3e', '#ffb37b', '#f25c54', '#e8f1e4'],
  ['#ff5a36', '#1b1815', '#ffd9c7', '#ffc531'],
  ['#113b8f', '#7fd1ff', '#ff7ab6', '#fff3d6'],
  ['#ffc531', '#1b1815', '#f2542d', '#fffaf0'],
  ['#0b5d48', '#c6f27d', '#ffd6e8', '#06281f'],
  ['#f3c5d8', '#c2185b', '#1b1815', '#fff6fa'],
  ['#1b1815', '#ff8a3d', '#8ad7c1', '#f6f2ec'],
  ['#6a1136', '#ff9ec0', '#ffcf56', '#2b0717'],
  ['#cfe3d4', '#1f4d3a', '#ef6f3c', '#fdfbf5'],
];

/** Mulberry32, seeded with the id: small, even and the same everywhere. */
function chanceOf(id: string): Chance {
  let state = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) {
    state = Math.imul(state ^ id.charCodeAt(index), 0x01000193);
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const pick = <Item>(items: readonly Item[], chance: Chance, fallback: Item): Item =>
  items[Math.floor(chance() * items.length)] ?? fallback;

/** The same colours in another order look like another poster. */
function shuffled([background, ...colours]: Palette, chance: Chance): Palette {
  const first = Math.floor(chance() * 3);
  const [one, two, three] = [0, 1, 2].map((index) => colours[(first + index) % 3]);
  return [background, one ?? '', two ?? '', three ?? ''];
}

export function posterOf(id: string): Poster {
  const chance = chanceOf(id);
  const palette = shuffled(pick(PALETTES, chance, PALETTES[0] as Palette), chance);
  const motif = pick(MOTIFS, chance, rays);
  const turn = UPRIGHT.includes(motif) ? 0 : pick([0, 90, 180, 270], chance, 0);
  return { background: palette[0], shapes: motif(palette, chance), turn };
}
