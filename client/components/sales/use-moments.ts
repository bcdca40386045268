import { useFormat } from '@/i18n/format';
import { useOwnZone } from '@/i18n/own-zone';
import { dayOf } from '@/lib/format/dates';
import type { SalesSummary } from '@/lib/queries/types';

const DAY = 86_400;

export type Moment = SalesSummary['series'][number] & { name: string };

/** The steps of a series, named as short as the span allows: `14:05`, or with its day. */
export function useMoments({ series, step }: SalesSummary): Moment[] {
  const { date } = useFormat();
  const own = useOwnZone();
  const daily = step >= DAY;
  const zone = daily ? 'UTC' : own; // whole days begin at midnight in UTC
  const [first, last] = [series[0], series.at(-1)];
  const oneDay = first && last && dayOf(first.at, zone) === dayOf(last.at, zone);
  const style = daily ? 'day' : oneDay ? 'time' : 'dayTime';
  return series.map((moment) => ({ ...moment, name: date(moment.at, zone, style) }));
}
