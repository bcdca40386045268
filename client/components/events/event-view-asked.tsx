'use client';

import { useTranslations } from 'use-intl';
import { QueryProblem } from '@/components/layout/query-problem';
import { useFormat } from '@/i18n/format';
import { isCode } from '@/lib/http/problem';
import { useEvent } from '@/lib/queries/use-event';
import { EventGone } from './event-gone';
import { EventSkeleton } from './event-skeleton';
import { EventView } from './event-view';

/** An event that the browser asks for: the server could not get it when it wrote the page. */
export default function EventViewAsked({ id }: { id: string }) {
  const t = useTranslations();
  const formats = useFormat();
  const { data, dataUpdatedAt, error, refetch } = useEvent(id);
  if (data) {
    return <EventView brought={{ event: data, at: dataUpdatedAt }} t={t} formats={formats} />;
  }
  if (!error) return <EventSkeleton />;
  return (
    <div className="mx-auto max-w-3xl px-4 py-12">
      {isCode(error, 'not-found') ? <EventGone /> : <QueryProblem error={error} again={refetch} />}
    </div>
  );
}
