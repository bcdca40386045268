import { useFormat } from '@/i18n/format';
import { useOwnZone } from '@/i18n/own-zone';
import { dayOf } from '@/lib/format/dates';
import type { SalesSummary } from '@/lib/queries/types';

const HOUR = 3_600;
const DAY = 24 * HOUR;

export type Moment = SalesSummary['series'][number] & { name: string };

export interface Moments {
  moments: Moment[];
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
  const moments = series.map((moment) => ({ ...moment, name: date(moment.at, zone, style) }));
  return { moments, zone, daily };
}
