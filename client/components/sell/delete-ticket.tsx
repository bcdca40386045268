'use client';

import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useProblemText } from '@/components/layout/use-problem-text';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Notice } from '@/components/ui/notice';
import type { Ticket } from '@/lib/queries/types';
import { useDeleteTicket } from '@/lib/queries/use-save-ticket';

interface Props {
  ticket: Pick<Ticket, 'id' | 'event_id' | 'title'>;
  onDeleted?: () => void;
  size?: 'small' | 'large';
}

/** Takes a ticket off sale for good, after asking. */
export function DeleteTicket({ ticket, onDeleted, size = 'small' }: Props) {
  const t = useTranslations('sell');
  const [asking, setAsking] = useState(false);
  const remove = useDeleteTicket();
  const text = useProblemText();
  const confirm = () =>
    remove.mutate(ticket, {
      onSuccess: () => {
        setAsking(false);
        onDeleted?.();
      },
    });
  const keep = () => {
    if (remove.isPending) return; // what is under way cannot be had back: wait what comes of it
    setAsking(false);
    remove.reset();
  };
  return (
    <>
      <Button look="quiet" size={size} className="max-sm:flex-1" onClick={() => setAsking(true)}>
        <Trash2 className="size-4" aria-hidden />
        {t('delete')}
        <span className="sr-only">{ticket.title}</span>
      </Button>
      <Dialog
        open={asking}
        onOpenChange={keep}
        title={t('deleteTitle', { title: ticket.title })}
        description={t('deleteText')}
        actions={
          <>
            <Button look="quiet" disabled={remove.isPending} onClick={keep}>
              {t('keep')}
            </Button>
            <Button look="danger" pending={remove.isPending} onClick={confirm}>
              {t('deleteYes')}
            </Button>
          </>
        }
      >
        {remove.error ? (
          <Notice tone="bad" live>
            {text(remove.error)}
          </Notice>
        ) : null}
      </Dialog>
    </>
  );
}
