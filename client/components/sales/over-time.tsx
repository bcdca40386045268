'use client';

import { ChartColumn } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { BarChart } from '@/components/ui/bar-chart';
import { Card } from '@/components/ui/card';
import { Empty } from '@/components/ui/empty';
import { Filter } from '@/components/ui/filter';
import { useFormat } from '@/i18n/format';
import { cityOfZone } from '@/lib/format/dates';
import type { SalesSummary } from '@/lib/queries/types';
import { type Moment, useMoments } from './use-moments';

const MEASURES = ['sold', 'revenue', 'orders'] as const;
type Measure = (typeof MEASURES)[number];

/** How sales went, as a picture and as a table. */
export function OverTime({ summary }: { summary: SalesSummary }) {
  const t = useTranslations('sales');
  const [measure, setMeasure] = useState<Measure>('sold');
  const { moments, lead, zone, daily } = useMoments(summary);
  if (moments.length === 0) {
    return (
      <Empty icon={ChartColumn} title={t('nothingYet')}>
        {t('nothingYetText')}
      </Empty>
    );
  }
  return (
    <Card className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-heading">{t('overTime')}</h2>
        <Filter
          label={t('measure')}
          value={measure}
          onChange={setMeasure}
          options={MEASURES.map((value) => ({ value, name: t(`measures.${value}`) }))}
        />
      </div>
      <Chart moments={moments} lead={lead} measure={measure} summary={summary} />
      <p className="text-muted text-sm">
        {t(daily ? 'days' : 'times', { place: cityOfZone(zone) })} {t('counts')}
      </p>
    </Card>
  );
}

interface ChartProps {
  moments: Moment[];
  lead: Moment[];
  measure: Measure;
  summary: SalesSummary;
}

function Chart({ moments, lead, measure, summary }: ChartProps) {
  const { money, count } = useFormat();
  const currency = summary.currency ?? 'usd';
  const write = (value: number) =>
    measure === 'revenue'
      ? money(Math.round(value), currency, { short: true })
      : count(Math.round(value * 10) / 10);
  return (
    <BarChart
      summary={useSentence(moments, measure, write)}
      bars={[...lead, ...moments].map(({ name, ...each }) => ({ name, value: each[measure] }))}
      write={write}
    >
      <Table moments={moments} currency={currency} />
    </BarChart>
  );
}

function useSentence(moments: Moment[], measure: Measure, write: (value: number) => string) {
  const t = useTranslations('sales');
  const sum = moments.reduce((total, moment) => total + moment[measure], 0);
  const total = measure === 'revenue' ? write(sum) : t(`totals.${measure}`, { count: sum });
  const [first, last] = [moments[0], moments.at(-1)];
  const peak = moments.reduce((best, each) => (each[measure] > best[measure] ? each : best));
  if (!first || !last || first === last) return t('chartOne', { total, first: first?.name ?? '' });
  return t('chart', {
    total,
    first: first.name,
    last: last.name,
    peak: peak.name,
    most: write(peak[measure]),
  });
}

interface TableProps {
  moments: Moment[];
  currency: string;
}

function Table({ moments, currency }: TableProps) {
  const t = useTranslations('sales');
  const { money, count } = useFormat();
  return (
    <details className="mt-2">
      <summary className="font-medium text-sm underline underline-offset-4">{t('asTable')}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <section aria-label={t('overTime')} tabIndex={0} className="mt-2 max-h-96 overflow-auto">
        <table className="w-full text-right text-sm tabular-nums">
          <thead className="sticky top-0 bg-surface">
            <tr className="border-line-strong border-b [&>th]:py-2 [&>th]:font-semibold">
              <th scope="col" className="text-left">
                {t('when')}
              </th>
              {MEASURES.map((measure) => (
                <th key={measure} scope="col">
                  {t(`measures.${measure}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {moments.map((moment) => (
              <tr key={moment.at} className="border-line border-b [&>td]:py-1.5">
                <th scope="row" className="text-left font-normal">
                  {moment.name}
                </th>
                <td>{count(moment.sold)}</td>
                <td>{money(moment.revenue, currency)}</td>
                <td>{count(moment.orders)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
