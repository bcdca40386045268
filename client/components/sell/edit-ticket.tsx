'use client';

import { TicketX } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { QueryProblem } from '@/components/layout/query-problem';
import { Empty } from '@/components/ui/empty';
import { Loading, Skeleton } from '@/components/ui/skeleton';
import { useIdInPath } from '@/i18n/path';
import { isCode } from '@/lib/http/problem';
import { useCurrentUser } from '@/lib/queries/use-current-user';
import { useTicketToEdit } from '@/lib/queries/use-ticket-to-edit';
import { TicketForm } from './ticket-form';

export function EditTicket() {
  const t = useTranslations('sell');
  const common = useTranslations('common');
  const { member } = useCurrentUser();
  const { data: ticket, error, refetch } = useTicketToEdit(useIdInPath());
  const notMine = ticket && member && ticket.seller_id !== member.id;
  if (isCode(error, 'not-found') || notMine) {
    return (
      <Empty icon={TicketX} title={t('ticketGone')}>
        {t('ticketGoneText')}
      </Empty>
    );
  }
  if (error && !ticket) return <QueryProblem error={error} again={refetch} />;
  if (!ticket) {
    return (
      <Loading label={common('loading')}>
        <Skeleton className="h-96 rounded-card" />
      </Loading>
    );
  }
  return (
    <div className="flex max-w-2xl flex-col gap-6">
      <h1 className="text-title">{t('editTicketTitle')}</h1>
      <TicketForm key={ticket.id} ticket={ticket} />
    </div>
  );
}
