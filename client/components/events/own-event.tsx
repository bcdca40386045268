'use client';

import { CalendarX } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { QueryProblem } from '@/components/layout/query-problem';
import { Empty } from '@/components/ui/empty';
import { Loading, Skeleton } from '@/components/ui/skeleton';
import { useIdInPath } from '@/i18n/path';
import { isCode } from '@/lib/http/problem';
import type { EventDetail } from '@/lib/queries/types';
import { useCurrentUser } from '@/lib/queries/use-current-user';
import { useEvent } from '@/lib/queries/use-event';
import { useEventToEdit } from '@/lib/queries/use-event-to-edit';

interface Props {
  children: (event: EventDetail) => ReactNode;
}

/** The event at the end of the address, when it is one's own. */
export function OwnEvent({ children }: Props) {
  return <IfOwn query={useEvent(useIdInPath())}>{children}</IfOwn>;
}

/** The same for its editor. */
export function OwnEventToEdit({ children }: Props) {
  return <IfOwn query={useEventToEdit(useIdInPath())}>{children}</IfOwn>;
}

interface Query {
  data: EventDetail | undefined;
  error: unknown;
  refetch: () => unknown;
}

function IfOwn({ query, children }: Props & { query: Query }) {
  const t = useTranslations('sales');
  const common = useTranslations('common');
  const { member } = useCurrentUser();
  const { data: event, error, refetch } = query;
  const notMine = event && member && event.seller_id !== member.id;
  if (isCode(error, 'not-found') || notMine) {
    return (
      <Empty icon={CalendarX} title={t('gone')}>
        {t('goneText')}
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
  return children(event);
}
