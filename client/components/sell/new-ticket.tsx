'use client';

import { useTranslations } from 'use-intl';
import { TicketForm } from './ticket-form';

export function NewTicket() {
  const t = useTranslations('sell');
  return (
    <div className="flex max-w-2xl flex-col gap-6">
      <h1 className="text-title">{t('newTicketTitle')}</h1>
      <p className="text-lg text-muted">{t('newTicketText')}</p>
      <TicketForm ticket={null} />
    </div>
  );
}
