export const PRESETS = ['any', 'today', 'week', 'weekend', 'month'] as const;
export type Preset = (typeof PRESETS)[number];

export const asPreset = (value: string | null): Preset =>
  PRESETS.find((preset) => preset === value) ?? 'any';

export interface Range {
  from?: string;
  to?: string;
}

/** The morning of a day; `new Date(2, 0, 1)` would be one of 1902. */
function morningOf(year: number, month: number, date: number): Date {
  const morning = new Date(2000, 0, 1);
  morning.setFullYear(year, month, date);
  return morning;
}

const day = (base: Date, days: number) =>
  morningOf(base.getFullYear(), base.getMonth(), base.getDate() + days);

const digits = (value: number, count: number) => String(value).padStart(count, '0');

/** `2026-12-01`: the day on the clock of the device, as date fields write it. */
export const dayHere = (now: Date): string =>
  [digits(now.getFullYear(), 4), digits(now.getMonth() + 1, 2), digits(now.getDate(), 2)].join('-');

/** The moments a visitor means by `this weekend`, on the clock of the device. */
export function rangeOf(preset: Preset, now: Date): Range {
  const weekday = (now.getDay() + 6) % 7; // Monday is 0
  const days: Record<Exclude<Preset, 'any'>, [number, number]> = {
    today: [0, 1],
    week: [0, 7 - weekday],
    weekend: [Math.max(0, 4 - weekday), 7 - weekday],
    month: [0, 31],
  };
  if (preset === 'any') return {};
  const [first, end] = days[preset];
  const from = first === 0 ? {} : { from: day(now, first).toISOString() };
  return { ...from, to: day(now, end).toISOString() };
}

/** Everything from the morning of a day (`2026-12-01`) to its end. */
export function rangeOfDay(date: string): Range {
  const [year = 0, month = 1, date_ = 1] = date.split('-').map(Number);
  const morning = morningOf(year, month - 1, date_);
  return { from: morning.toISOString(), to: day(morning, 1).toISOString() };
}
