/** Wall clocks and moments: what a clock in a time zone shows, and when it shows that. */

const PARTS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;
type Part = (typeof PARTS)[number];

function wallClock(moment: number, timeZone: string): Record<Part, number> {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(moment);
  const value = (part: Part) => Number(parts.find(({ type }) => type === part)?.value);
  return Object.fromEntries(PARTS.map((part) => [part, value(part)])) as Record<Part, number>;
}

function offset(moment: number, timeZone: string): number {
  const { year, month, day, hour, minute, second } = wallClock(moment, timeZone);
  const whole = Math.floor(moment / 1000) * 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
}

/**
 * `2026-12-01T19:30` on a clock in Berlin -> `2026-12-01T18:30:00.000Z`.
 * An hour that the clock skips in spring becomes the one after it.
 */
export function zonedToUtc(local: string, timeZone: string): string {
  const naive = Date.parse(`${local.slice(0, 16)}:00Z`);
  const guess = naive - offset(naive, timeZone);
  return new Date(naive - offset(guess, timeZone)).toISOString();
}

/** The value of a `datetime-local` field that shows this moment in a time zone. */
export function utcToLocal(moment: string, timeZone: string): string {
  const time = Date.parse(moment);
  return new Date(time + offset(time, timeZone)).toISOString().slice(0, 16);
}

/** Whether two zones show different clocks at a moment. */
export function clocksDiffer(moment: string, one: string, other: string): boolean {
  if (one === other) return false;
  const time = Date.parse(moment);
  return offset(time, one) !== offset(time, other);
}
