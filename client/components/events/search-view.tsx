'use client';

import { SearchX } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { QueryProblem } from '@/components/layout/query-problem';
import { Button, buttonStyle } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { Loading } from '@/components/ui/skeleton';
import { Link } from '@/i18n/link';
import { toCard } from '@/lib/queries/cards';
import { type EventFilter, useEvents } from '@/lib/queries/use-events';
import { asPreset, rangeOf, rangeOfDay } from '@/lib/time/ranges';
import { EventGrid, EventGridSkeleton } from './event-grid';
import { SearchForm } from './search-form';
import { useCards } from './use-cards';

const DAY = /^\d{4}-\d\d-\d\d$/;

/** The address is the search: it can be shared, and back goes back. */
function useFilter(): EventFilter {
  const params = useSearchParams();
  return useMemo(() => {
    const text = (name: string) => params.get(name)?.trim();
    const [q, city, date] = [text('q'), text('city'), text('day')];
    const range =
      date && DAY.test(date) ? rangeOfDay(date) : rangeOf(asPreset(params.get('when')), new Date());
    return { ...(q ? { q } : {}), ...(city ? { city } : {}), ...range };
  }, [params]);
}

export function SearchView() {
  const filter = useFilter();
  return (
    <div className="flex flex-col gap-8">
      <SearchForm />
      <Results filter={filter} />
    </div>
  );
}

function Results({ filter }: { filter: EventFilter }) {
  const t = useTranslations('search');
  const common = useTranslations('common');
  const cards = useCards();
  const query = useEvents(filter);
  const events = query.data?.pages.flatMap(({ items }) => items.map(toCard));
  if (query.isError && !events) return <QueryProblem error={query.error} again={query.refetch} />;
  if (!events) {
    return (
      <Loading label={common('loading')}>
        <EventGridSkeleton />
      </Loading>
    );
  }
  if (events.length === 0) return <NothingFound />;
  return (
    <div className="flex flex-col gap-8">
      <p role="status" className="text-muted">
        {t(query.hasNextPage ? 'foundMore' : 'found', { count: events.length })}
      </p>
      <h2 className="sr-only">{t('results')}</h2>
      <EventGrid cards={cards(events)} />
      {query.hasNextPage ? (
        <Button
          look="quiet"
          className="self-center"
          pending={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {common('more')}
        </Button>
      ) : null}
    </div>
  );
}

function NothingFound() {
  const t = useTranslations('search');
  return (
    <Empty
      icon={SearchX}
      title={t('nothing')}
      action={
        <Link href="/search" className={buttonStyle({ look: 'quiet' })}>
          {t('clear')}
        </Link>
      }
    >
      {t('nothingText')}
    </Empty>
  );
}
