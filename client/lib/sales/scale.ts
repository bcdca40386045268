/** Even ones, so that half of it is a whole number too. */
const SMALL = [2, 4, 6, 8, 10];
const FACTORS = [1, 1.2, 1.4, 1.6, 1.8, 2, 3, 4, 5, 6, 8, 10];

/** The round number at the top of a chart that holds this value. */
export function roundTop(value: number): number {
  if (value <= 0) return 2;
  const power = 10 ** Math.floor(Math.log10(value));
  const factors = power > 1 ? FACTORS : SMALL;
  const factor = factors.find((candidate) => candidate * power >= value) ?? 10;
  return Math.round(factor * power);
}

/** Which of so many points are named below a chart: the ends, and what fits between them. */
export function namedPoints(points: number, most: number): number[] {
  if (points <= most) return Array.from({ length: points }, (_, index) => index);
  const named = Array.from({ length: most }, (_, index) =>
    Math.round((index * (points - 1)) / (most - 1)),
  );
  return [...new Set(named)];
}

/** 3 of 4 -> 75; never 100 for what is not all, nor 0 for what is something. */
export function percentOf(part: number, whole: number): number {
  if (whole <= 0 || part <= 0) return 0;
  if (part >= whole) return 100;
  return Math.min(99, Math.max(1, Math.round((100 * part) / whole)));
}
