/**
 * The poster of an event that has no image: drawn from its id alone, so that
 * server, browser and a shared link all show the same one.
 */
export type Shape =
  | {
      kind: 'circle';
      cx: number;
      cy: number;
      r: number;
      fill: string;
      stroke?: string;
      width?: number;
    }
  | { kind: 'path'; d: string; fill: string; stroke?: string; width?: number };

export interface Poster {
  background: string;
  shapes: Shape[];
  /** Degrees by which the whole is turned; it is drawn large enough for that. */
  turn: number;
}

export const WIDTH = 400;
export const HEIGHT = 500;

type Palette = readonly [background: string, one: string, two: string, three: string];

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

type Chance = () => number;

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

const between = (chance: Chance, low: number, high: number) =>
  Math.round(low + chance() * (high - low));

const point = (cx: number, cy: number, radius: number, angle: number) =>
  `${Math.round(cx + radius * Math.cos(angle))} ${Math.round(cy + radius * Math.sin(angle))}`;

type Motif = (palette: Palette, chance: Chance) => Shape[];

const rays: Motif = ([, one, two, three], chance) => {
  const [cx, cy, count] = [
    between(chance, 120, 280),
    between(chance, 260, 420),
    between(chance, 9, 15),
  ];
  const step = Math.PI / count;
  const wedges = Array.from({ length: count }, (_, index) => {
    const angle = index * 2 * step;
    return `M${cx} ${cy}L${point(cx, cy, 700, angle)}L${point(cx, cy, 700, angle + step)}Z`;
  });
  return [
    { kind: 'path', d: wedges.join(''), fill: one },
    { kind: 'circle', cx, cy, r: between(chance, 90, 130), fill: two },
    { kind: 'circle', cx, cy, r: between(chance, 34, 60), fill: three },
  ];
};

const rings: Motif = ([, one, two, three], chance) => {
  const [cx, cy] = [between(chance, 60, 340), between(chance, 120, 380)];
  const colours = [one, two, three];
  return Array.from({ length: 7 }, (_, index) => ({
    kind: 'circle' as const,
    cx: cx + index * between(chance, -9, 9),
    cy: cy + index * between(chance, -9, 9),
    r: 330 - index * 46,
    fill: 'none',
    stroke: colours[index % 3] ?? one,
    width: between(chance, 12, 26),
  }));
};

const waves: Motif = ([, one, two, three], chance) => {
  const colours = [one, two, three];
  const height = between(chance, 26, 58);
  return Array.from({ length: 8 }, (_, index) => {
    const y = 70 + index * 58;
    const bend = height * (index % 2 ? -1 : 1);
    return {
      kind: 'path' as const,
      d: `M-20 ${y}q105 ${-bend} 210 0t210 0v46q-105 ${bend} -210 0t-210 0Z`,
      fill: colours[(index + (index > 3 ? 1 : 0)) % 3] ?? one,
    };
  });
};

const dots: Motif = ([, one, two], chance) => {
  const [cx, cy] = [between(chance, 80, 320), between(chance, 120, 380)];
  const shapes: Shape[] = [{ kind: 'circle', cx, cy, r: between(chance, 110, 160), fill: two }];
  let d = '';
  for (let y = 25; y < HEIGHT; y += 42) {
    for (let x = 25 + ((y / 42) % 2 > 1 ? 21 : 0); x < WIDTH; x += 42) {
      const near = 1 - Math.min(1, Math.hypot(x - cx, y - cy) / 380);
      const r = Math.round(3 + near * 16);
      d += `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
    }
  }
  return [...shapes, { kind: 'path', d, fill: one }];
};

const blocks: Motif = ([, one, two, three], chance) => {
  const colours = [one, two, three];
  const paths = ['', '', ''];
  for (let row = 0; row < 5; row += 1) {
    for (let column = 0; column < 4; column += 1) {
      const [x, y] = [column * 100, row * 100];
      const forms = [
        `M${x} ${y}h100v100a100 100 0 0 1 -100 -100Z`,
        `M${x} ${y + 100}v-100h100a100 100 0 0 1 -100 100Z`,
        `M${x + 50} ${y}a50 50 0 1 0 .1 0Z`,
        `M${x} ${y}h100l-100 100Z`,
        `M${x} ${y}h50v100h-50Z`,
      ];
      const colour = between(chance, 0, 3);
      if (colour < 3) paths[colour] += forms[between(chance, 0, forms.length - 1)] ?? '';
    }
  }
  return paths.map((d, index) => ({ kind: 'path', d, fill: colours[index] ?? one }));
};

const horizon: Motif = ([, one, two, three], chance) => {
  const y = between(chance, 250, 330);
  const cx = between(chance, 130, 270);
  const bars = Array.from({ length: 6 }, (_, index) => {
    const top = y + 14 + index * 34;
    return `M0 ${top}h400v${8 + index * 4}h-400Z`;
  });
  return [
    { kind: 'circle', cx, cy: y, r: between(chance, 120, 170), fill: one },
    { kind: 'path', d: `M0 ${y}h400v260h-400Z`, fill: two },
    { kind: 'path', d: bars.join(''), fill: three },
  ];
};

const MOTIFS: readonly Motif[] = [rays, rings, waves, dots, blocks, horizon];

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
  const turn = motif === horizon ? 0 : pick([0, 90, 180, 270], chance, 0);
  return { background: palette[0], shapes: motif(palette, chance), turn };
}
