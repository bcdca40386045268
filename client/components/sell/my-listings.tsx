'use client';

import { CalendarPlus, ChartColumn, TicketPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { buttonStyle } from '@/components/ui/button';
import { Filter } from '@/components/ui/filter';
import { Link } from '@/i18n/link';
import { useCurrentUser } from '@/lib/queries/use-current-user';
import { MyEvents } from './my-events';
import { MyTickets } from './my-tickets';

const KINDS = ['upcoming', 'past', 'tickets'] as const;

/** A seller's events and tickets, and the two ways to put more on sale. */
export function MyListings() {
  const t = useTranslations('sell');
  const { member } = useCurrentUser();
  const [kind, setKind] = useState<(typeof KINDS)[number]>('upcoming');
  if (!member) return null;
  return (
    <div className="flex flex-col gap-8">
      <div className="flex flex-col gap-4 md:flex-row md:items-center md:justify-between">
        <h1 className="text-title">{t('title')}</h1>
        <div className="flex flex-wrap gap-2">
          <Link href="/sell/event" className={buttonStyle({ look: 'go' })}>
            <CalendarPlus className="size-4" aria-hidden />
            {t('newEvent')}
          </Link>
          <Link href="/sell/ticket" className={buttonStyle({ look: 'quiet' })}>
            <TicketPlus className="size-4" aria-hidden />
            {t('newTicket')}
          </Link>
          <Link href="/sell/sales" className={buttonStyle({ look: 'quiet' })}>
            <ChartColumn className="size-4" aria-hidden />
            {t('allSales')}
          </Link>
        </div>
      </div>
      <Filter
        label={t('show')}
        value={kind}
        onChange={setKind}
        options={KINDS.map((value) => ({ value, name: t(`kinds.${value}`) }))}
      />
      {kind === 'tickets' ? (
        <MyTickets seller={member.id} />
      ) : (
        <MyEvents key={kind} seller={member.id} past={kind === 'past'} />
      )}
    </div>
  );
}
