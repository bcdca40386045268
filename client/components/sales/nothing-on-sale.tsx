import { CalendarPlus, ChartColumn, TicketPlus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { buttonStyle } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { Link } from '@/i18n/link';

/** Sales of somebody who has never offered anything: what to do first. */
export function NothingOnSale({ title }: { title: ReactNode }) {
  const t = useTranslations('sales');
  const sell = useTranslations('sell');
  return (
    <div className="flex flex-col gap-6">
      {title}
      <Empty
        icon={ChartColumn}
        title={t('nothingOffered')}
        action={
          <>
            <Link href="/sell/event" className={buttonStyle({ look: 'go' })}>
              <CalendarPlus className="size-4" aria-hidden />
              {sell('newEvent')}
            </Link>
            <Link href="/sell/ticket" className={buttonStyle({ look: 'quiet' })}>
              <TicketPlus className="size-4" aria-hidden />
              {sell('newTicket')}
            </Link>
          </>
        }
      >
        {t('nothingOfferedText')}
      </Empty>
    </div>
  );
}
