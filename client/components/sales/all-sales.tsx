'use client';

import { useTranslations } from 'use-intl';
import { BackLink } from './back-link';
import { SalesReport } from './sales-report';

/** Everything one has sold, tickets without an event among it. */
export function AllSales() {
  const t = useTranslations('sales');
  return (
    <div className="flex flex-col gap-6">
      <BackLink />
      <SalesReport
        eventId={null}
        currency="usd"
        title={<h1 className="text-title">{t('all')}</h1>}
      />
    </div>
  );
}
