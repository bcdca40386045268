/** The round number at the top of a chart that holds this value: 1, 2 or 5 times a power of ten. */
export function roundTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= value) ?? 10;
  return factor * power;
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
