'use client';

import { Printer, RefreshCw, Users } from 'lucide-react';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { OwnEvent } from '@/components/events/own-event';
import { QueryProblem } from '@/components/layout/query-problem';
import { Button } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { Notice } from '@/components/ui/notice';
import { Loading, Skeleton } from '@/components/ui/skeleton';
import { useFormat } from '@/i18n/format';
import { asLocale, tags } from '@/i18n/locales';
import { useOwnZone } from '@/i18n/own-zone';
import type { EventDetail, Sale } from '@/lib/queries/types';
import { useDoorList } from '@/lib/queries/use-door-list';
import { byName, matching, peopleOf } from '@/lib/sales/door';
import { BackLink } from './back-link';
import { DoorSearch } from './door-search';
import { DoorTable } from './door-table';

/** Everybody who may come in, by name: on a phone at the door, or on paper. */
export function DoorList() {
  return <OwnEvent>{(event) => <Door event={event} />}</OwnEvent>;
}

function Door({ event }: { event: EventDetail }) {
  const t = useTranslations('sales.list');
  const common = useTranslations('common');
  const { date } = useFormat();
  const query = useDoorList(event.id);
  const sales = query.data;
  return (
    <div className="flex flex-col gap-6">
      <BackLink />
      <div className="flex flex-col gap-1">
        <h1 className="text-title">{t('title')}</h1>
        <p className="font-semibold text-lg">{event.name}</p>
        <p className="text-muted">
          {date(event.starts_at, event.timezone, 'full')} · {event.venue.name}, {event.venue.city}
        </p>
      </div>
      {query.isError && !sales ? <QueryProblem error={query.error} again={query.refetch} /> : null}
      {sales ? (
        <Everybody
          sales={sales}
          moment={query.dataUpdatedAt}
          stale={query.isError}
          pending={query.isFetching}
          again={query.refetch}
        />
      ) : null}
      {query.isPending ? (
        <Loading label={common('loading')}>
          <Skeleton className="h-96 rounded-card" />
        </Loading>
      ) : null}
    </div>
  );
}

interface Props {
  sales: Sale[];
  /** When the list was fetched. */
  moment: number;
  /** It could not be fetched again since. */
  stale: boolean;
  pending: boolean;
  again: () => unknown;
}

function Everybody({ sales, moment, stale, pending, again }: Props) {
  const t = useTranslations('sales.list');
  const { date } = useFormat();
  const zone = useOwnZone();
  const tag = tags[asLocale(useLocale())].dates;
  const [typed, setTyped] = useState('');
  const shown = matching(byName(sales, tag), typed);
  const time = date(new Date(moment).toISOString(), zone, 'moment');
  if (sales.length === 0) {
    return (
      <Empty icon={Users} title={t('empty')}>
        {t('emptyText')}
      </Empty>
    );
  }
  return (
    <>
      <div className="flex flex-col gap-1">
        <p className="font-semibold text-lg">
          {t('text', { orders: sales.length, people: peopleOf(sales) })}
        </p>
        <p className="text-muted text-sm">
          {t('asOf', { time })} <span data-print="no">{t('offline')}</span>
        </p>
      </div>
      {stale ? <Notice tone="warn">{t('stale', { time })}</Notice> : null}
      <DoorSearch typed={typed} onType={setTyped} found={shown} />
      {shown.length > 0 ? <DoorTable sales={shown} /> : null}
      <div className="flex flex-wrap gap-3" data-print="no">
        <Button look="quiet" size="large" pending={pending} onClick={() => void again()}>
          <RefreshCw className="size-4" aria-hidden />
          {t('again')}
        </Button>
        <Button look="quiet" size="large" onClick={() => window.print()}>
          <Printer className="size-4" aria-hidden />
          {t('print')}
        </Button>
      </div>
    </>
  );
}
