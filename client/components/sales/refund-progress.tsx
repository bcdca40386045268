'use client';

import { useTranslations } from 'use-intl';
import { Card } from '@/components/ui/card';
import { ShareBar } from '@/components/ui/share-bar';
import type { SalesSummary } from '@/lib/queries/types';

/** How far the money of a cancelled event has gone back. */
export function RefundProgress({ outcomes }: { outcomes: SalesSummary['outcomes'] }) {
  const t = useTranslations('sales.refunds');
  const { refunded, refunds_due: due } = outcomes;
  const all = refunded + due;
  return (
    <Card className="flex flex-col gap-3">
      <h2 className="text-heading">{t('title')}</h2>
      {all > 0 ? (
        <ShareBar
          whole={all}
          shares={[{ name: 'refunded', value: refunded, className: 'bg-good' }]}
        />
      ) : null}
      <p role="status" className="tabular-nums">
        {all === 0 ? t('none') : due === 0 ? t('done', { all }) : t('some', { refunded, all })}
      </p>
      {due > 0 ? <p className="text-muted text-sm">{t('someText')}</p> : null}
    </Card>
  );
}
