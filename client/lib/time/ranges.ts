export const PRESETS = ['any', 'today', 'week', 'weekend', 'month'] as const;
export type Preset = (typeof PRESETS)[number];

export const asPreset = (value: string | null): Preset =>
  PRESETS.find((preset) => preset === value) ?? 'any';

export interface Range {
  from?: string;
  to?: string;
}

const day = (base: Date, days: number) =>
  new Date(base.getFullYear(), base.getMonth(), base.getDate() + days);

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
  const morning = new Date(year, month - 1, date_);
  return { from: morning.toISOString(), to: day(morning, 1).toISOString() };
}
