'use client';

import { clsx } from 'clsx';
import { useTranslations } from 'use-intl';
import { ShareBar } from '@/components/ui/share-bar';
import { useFormat } from '@/i18n/format';
import type { SalesSummary } from '@/lib/queries/types';
import { percentOf } from '@/lib/sales/scale';
import { holdsOf, OUTCOMES } from '@/lib/sales/totals';
import { Fold } from './fold';

const COLOURS: Record<(typeof OUTCOMES)[number], string> = {
  complete: 'bg-ink',
  held: 'bg-go',
  expired: 'bg-line-strong',
  cancelled: 'bg-line',
  refunded: 'bg-bad',
};

/** How many holds became sales, and what became of the others. */
export function Funnel({ summary }: { summary: SalesSummary }) {
  const t = useTranslations('sales');
  const { count } = useFormat();
  const { outcomes } = summary;
  const holds = holdsOf(summary);
  const percent = percentOf(outcomes.complete, holds);
  const sentence = t('funnelText', { holds: count(holds), percent });
  return (
    <Fold title={t('funnel')} gist={sentence}>
      <p className="text-pretty">{sentence}</p>
      <ShareBar
        whole={holds}
        shares={OUTCOMES.map((name) => ({
          name,
          value: outcomes[name],
          className: COLOURS[name],
        }))}
      />
      <dl className="flex flex-col gap-2 tabular-nums">
        {OUTCOMES.map((name) => (
          <div key={name} className="flex items-center gap-2.5">
            <span
              className={clsx('size-3 rounded-full ring-1 ring-line-strong', COLOURS[name])}
              aria-hidden
            />
            <dt className="flex-1">{t(`outcomes.${name}`)}</dt>
            <dd className="text-muted">
              {t('share', {
                count: count(outcomes[name]),
                percent: percentOf(outcomes[name], holds),
              })}
            </dd>
          </div>
        ))}
      </dl>
    </Fold>
  );
}
