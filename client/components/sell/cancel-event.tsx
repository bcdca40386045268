'use client';

import { CalendarX } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useProblemText } from '@/components/layout/use-problem-text';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { TextField } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import type { Event } from '@/lib/queries/types';
import { useCancelEvent } from '@/lib/queries/use-save-event';

/** Ends an event for good and gives everybody their money back, after its name is typed. */
export function CancelEvent({ event }: { event: Pick<Event, 'id' | 'name'> }) {
  const t = useTranslations('sell.cancelEvent');
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState('');
  const cancel = useCancelEvent();
  const text = useProblemText();
  const sure = typed.trim() === event.name.trim();
  const show = (open: boolean) => {
    setAsking(open);
    setTyped('');
    cancel.reset();
  };
  const confirm = () => cancel.mutate(event.id, { onSuccess: () => show(false) });
  return (
    <section className="flex flex-col items-start gap-3 border-line border-t pt-8">
      <p className="text-muted">{t('about')}</p>
      <Button look="danger" onClick={() => show(true)}>
        <CalendarX className="size-4" aria-hidden />
        {t('do')}
      </Button>
      <Dialog
        open={asking}
        onOpenChange={show}
        title={t('title', { name: event.name })}
        description={t('text')}
        actions={
          <>
            <Button look="quiet" onClick={() => show(false)}>
              {t('keep')}
            </Button>
            <Button look="danger" disabled={!sure} pending={cancel.isPending} onClick={confirm}>
              {t('yes')}
            </Button>
          </>
        }
      >
        <TextField
          label={t('type', { name: event.name })}
          value={typed}
          autoComplete="off"
          onChange={({ target }) => setTyped(target.value)}
        />
        {cancel.error ? (
          <Notice tone="bad" live>
            {text(cancel.error)}
          </Notice>
        ) : null}
      </Dialog>
    </section>
  );
}
