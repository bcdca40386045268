'use client';

import { useTranslations } from 'use-intl';
import { QueryProblem } from '@/components/layout/query-problem';
import { Loading } from '@/components/ui/skeleton';
import { useFormat } from '@/i18n/format';
import { toCard } from '@/lib/queries/cards';
import { useEvents } from '@/lib/queries/use-events';
import { EventGridSkeleton } from './event-grid';
import { HomeEvents } from './home-events';

/** What is on, asked for by the browser: the server could not get it when it wrote the page. */
export default function HomeEventsAsked({ limit }: { limit: number }) {
  const t = useTranslations();
  const formats = useFormat();
  const { data, error, refetch } = useEvents({ limit });
  if (data) {
    const events = data.pages.flatMap(({ items }) => items.map(toCard));
    return <HomeEvents events={events} t={t} formats={formats} />;
  }
  if (error) return <QueryProblem error={error} again={refetch} />;
  return (
    <Loading label={t('common.loading')}>
      <EventGridSkeleton />
    </Loading>
  );
}
