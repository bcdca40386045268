import { useFormat } from '@/i18n/format';
import { useOwnZone } from '@/i18n/own-zone';
import { dayOf } from '@/lib/format/dates';
import type { SalesSummary } from '@/lib/queries/types';

const HOUR = 3_600;
const DAY = 24 * HOUR;

export type Moment = SalesSummary['series'][number] & { name: string };

/** A chart has room for so many; of two bars each would fill half of it. */
const LEAST = 12;

export interface Moments {
  moments: Moment[];
  /** Steps before the first order, in which nothing was sold: they only give a chart its width. */
  lead: Moment[];
  /** Whose clock names them. */
  zone: string;
  daily: boolean;
}

/** The steps of a series, named as short as the span allows: `14:05`, or with its day. */
export function useMoments({ series, step, timezone }: SalesSummary): Moments {
  const { date } = useFormat();
  const own = useOwnZone();
  const daily = step >= DAY;
  // Steps of an hour at most begin together everywhere, longer ones with the day of a place.
  const zone = step > HOUR ? timezone : own;
  const [first, last] = [series[0], series.at(-1)];
  const oneDay = first && last && dayOf(first.at, zone) === dayOf(last.at, zone);
  const style = daily ? 'day' : oneDay ? 'time' : 'dayTime';
  const named = (moment: SalesSummary['series'][number]) => ({
    ...moment,
    name: date(moment.at, zone, style),
  });
  const lead = first ? before(first.at, step, LEAST - series.length) : [];
  return { moments: series.map(named), lead: lead.map(named), zone, daily };
}

const QUIET = { orders: 0, completed: 0, sold: 0, revenue: 0 };

function before(first: string, step: number, count: number) {
  return Array.from({ length: Math.max(0, count) }, (_, index) => ({
    ...QUIET,
    at: new Date(Date.parse(first) - (count - index) * step * 1_000).toISOString(),
  }));
}
