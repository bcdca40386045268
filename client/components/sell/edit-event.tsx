'use client';

import { CalendarX } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { QueryProblem } from '@/components/layout/query-problem';
import { Empty } from '@/components/ui/empty';
import { Loading, Skeleton } from '@/components/ui/skeleton';
import { useIdInPath } from '@/i18n/path';
import { isCode } from '@/lib/http/problem';
import { useCurrentUser } from '@/lib/queries/use-current-user';
import { useEvent } from '@/lib/queries/use-event';
import { CancelEvent } from './cancel-event';
import { EventEditor } from './event-editor';

export function EditEvent() {
  const t = useTranslations('sell');
  const common = useTranslations('common');
  const { member } = useCurrentUser();
  const { data: event, error, refetch } = useEvent(useIdInPath());
  const notMine = event && member && event.seller_id !== member.id;
  if (isCode(error, 'not-found') || notMine) {
    return (
      <Empty icon={CalendarX} title={t('eventGone')}>
        {t('eventGoneText')}
      </Empty>
    );
  }
  if (error && !event) return <QueryProblem error={error} again={refetch} />;
  if (!event) {
    return (
      <Loading label={common('loading')}>
        <Skeleton className="h-96 rounded-card" />
      </Loading>
    );
  }
  return (
    <div className="flex flex-col gap-8">
      <h1 className="text-title">{t('editEventTitle')}</h1>
      {/* Another event is another form; a newer version of this one is not. */}
      <EventEditor key={event.id} event={event} />
      {event.status === 'published' ? <CancelEvent event={event} /> : null}
    </div>
  );
}
