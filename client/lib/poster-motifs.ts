/** What posters may show; each motif draws with the colours and the chance it is given. */
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

export const WIDTH = 400;
export const HEIGHT = 500;

export type Palette = readonly [background: string, one: string, two: string, three: string];

export type Chance = () => number;

export const between = (chance: Chance, low: number, high: number) =>
  Math.round(low + chance() * (high - low));

const point = (cx: number, cy: number, radius: number, angle: number) =>
  `${Math.round(cx + radius * Math.cos(angle))} ${Math.round(cy + radius * Math.sin(angle))}`;

type Motif = (palette: Palette, chance: Chance) => Shape[];

export const rays: Motif = ([, one, two, three], chance) => {
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

/** Gates within gates, side by side, or a stack of bows. */
const arches: Motif = ([, one, two, three], chance) => {
  const colours = [one, two, three];
  const [across, start] = [between(chance, 1, 2), between(chance, 0, 2)];
  const wide = WIDTH / across;
  const tall = HEIGHT / 2;
  return Array.from({ length: across * 2 * 4 }, (_, index) => {
    const [gate, ring] = [Math.floor(index / 4), index % 4];
    const [cx, foot] = [wide * ((gate % across) + 0.5), tall * (Math.floor(gate / across) + 1)];
    const r = Math.round((wide / 2) * (1 - ring * 0.24));
    const top = Math.round(foot - tall + r + ring * 22);
    return {
      kind: 'path' as const,
      d: `M${cx - r} ${foot}V${top}a${r} ${r} 0 0 1 ${2 * r} 0V${foot}Z`,
      fill: colours[(start + gate + ring) % 3] ?? one,
    };
  });
};

/** A flower that fills the sheet. */
const petals: Motif = ([, one, two, three], chance) => {
  const [cx, cy] = [between(chance, 150, 250), between(chance, 190, 310)];
  const count = between(chance, 6, 10);
  const leaf = (length: number, width: number) =>
    Array.from({ length: count }, (_, index) => {
      const angle = (index * 2 * Math.PI) / count;
      const [left, right] = [angle - width, angle + width];
      return `M${cx} ${cy}C${point(cx, cy, length, left)} ${point(cx, cy, length, right)} ${cx} ${cy}Z`;
    }).join('');
  return [
    { kind: 'path', d: leaf(380, 0.5), fill: one },
    { kind: 'path', d: leaf(230, 0.42), fill: three },
    { kind: 'circle', cx, cy, r: between(chance, 30, 52), fill: two },
  ];
};

/** Lamps from above that meet on a stage. */
const lights: Motif = ([, one, two, three], chance) => {
  const colours = [one, three, one];
  const beams = [60, 200, 340].map((x, index) => {
    const aim = between(chance, 90, 310);
    return {
      kind: 'path' as const,
      d: `M${x - 16} 0h32L${aim + 120} 420H${aim - 120}Z`,
      fill: colours[index] ?? one,
    };
  });
  return [
    ...beams,
    { kind: 'path', d: 'M-80 420q280 -70 560 0v200h-560Z', fill: two },
    { kind: 'circle', cx: between(chance, 140, 260), cy: 330, r: 54, fill: two },
  ];
};

/** Bands that turn at the same height. */
const zigzag: Motif = ([, one, two, three], chance) => {
  const colours = [one, two, three];
  const [step, rise] = [between(chance, 1, 2) * 100, between(chance, 50, 110)];
  const turns = Math.ceil((WIDTH + 200) / step);
  const line = Array.from({ length: turns }, (_, index) => `l${step} ${index % 2 ? rise : -rise}`);
  const back = Array.from({ length: turns }, (_, index) =>
    (turns - index) % 2 ? `l${-step} ${rise}` : `l${-step} ${-rise}`,
  );
  return Array.from({ length: 7 }, (_, index) => ({
    kind: 'path' as const,
    d: `M-100 ${30 + index * 84}${line.join('')}v42${back.join('')}Z`,
    fill: colours[index % 3] ?? one,
  }));
};

export const MOTIFS: readonly Motif[] = [
  rays,
  rings,
  waves,
  dots,
  blocks,
  horizon,
  arches,
  petals,
  lights,
  zigzag,
];
/** These show something that has an above and a below. */
export const UPRIGHT: readonly Motif[] = [horizon, arches, lights];
