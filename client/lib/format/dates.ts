type Style = 'day' | 'dayLong' | 'time' | 'dayTime' | 'moment' | 'full' | 'short';

const STYLES: Record<Style, Intl.DateTimeFormatOptions> = {
  day: { weekday: 'short', day: 'numeric', month: 'short' },
  dayLong: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  time: { hour: '2-digit', minute: '2-digit' },
  dayTime: { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  moment: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  full: {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  },
  short: { day: 'numeric', month: 'short', year: 'numeric' },
};

const formats = new Map<string, Intl.DateTimeFormat>();

function format(tag: string, timeZone: string, style: Style): Intl.DateTimeFormat {
  const key = `${tag}/${timeZone}/${style}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(tag, { ...STYLES[style], timeZone });
  formats.set(key, made);
  return made;
}

/** A moment on the clock of a time zone: an event's own, so that all who meet there agree. */
export function formatDate(moment: string, timeZone: string, tag: string, style: Style): string {
  return format(tag, timeZone, style).format(new Date(moment));
}

/** `2026-12-01` of a moment in a time zone, to compare days. */
export const dayOf = (moment: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(new Date(moment));

/** `Europe/Berlin` -> `Berlin`, for people. */
export const cityOfZone = (timeZone: string): string =>
  (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ');
