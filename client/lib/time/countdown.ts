const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Remaining {
  total: number;
  days: number;
  hours: number;
  minutes: number;
  seconds: number;
  over: boolean;
}

/** What is left, in whole units; a second that has begun still counts. */
export function remaining(until: number, now: number): Remaining {
  const total = Math.max(0, Math.ceil((until - now) / SECOND) * SECOND);
  return {
    total,
    days: Math.floor(total / DAY),
    hours: Math.floor((total % DAY) / HOUR),
    minutes: Math.floor((total % HOUR) / MINUTE),
    seconds: Math.floor((total % MINUTE) / SECOND),
    over: total === 0,
  };
}

const two = (value: number) => String(value).padStart(2, '0');

/** `14:05`, or `2:14:05` from an hour on. */
export function clockFace({ days, hours, minutes, seconds }: Remaining): string {
  const allHours = days * 24 + hours;
  return allHours > 0
    ? `${allHours}:${two(minutes)}:${two(seconds)}`
    : `${minutes}:${two(seconds)}`;
}

/** Minutes as they are spoken: rounded up, so that nobody is told less than there is. */
export const spokenMinutes = ({ total }: Remaining): number => Math.ceil(total / MINUTE);

/** The moments at which a screen reader is told without asking, in minutes. */
export const ANNOUNCED = [5, 2] as const;

/** Which announcement is due, given the one before; null while there is nothing to say. */
export function announcement(left: Remaining): (typeof ANNOUNCED)[number] | null {
  if (left.over) return null;
  const due = ANNOUNCED.filter((minutes) => left.total <= minutes * MINUTE);
  return due.at(-1) ?? null;
}

/** Milliseconds until the shown second changes. */
export const untilNextSecond = (until: number, now: number): number =>
  (((until - now) % SECOND) + SECOND) % SECOND || SECOND;
