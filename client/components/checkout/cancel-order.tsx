'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useProblemText } from '@/components/layout/use-problem-text';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Notice } from '@/components/ui/notice';
import type { Order } from '@/lib/queries/types';
import { useCancelOrder } from '@/lib/queries/use-cancel-order';

/** Gives the tickets back before their time, after asking. */
export function CancelOrder({ order }: { order: Order }) {
  const t = useTranslations('checkout');
  const [asking, setAsking] = useState(false);
  const cancel = useCancelOrder(order.id);
  const text = useProblemText();
  return (
    <>
      <Button
        look="ghost"
        size="small"
        className="self-center text-muted"
        onClick={() => setAsking(true)}
      >
        {t('cancel')}
      </Button>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={t('cancelTitle')}
        description={t('cancelText')}
        actions={
          <>
            <Button look="quiet" onClick={() => setAsking(false)}>
              {t('keep')}
            </Button>
            <Button look="danger" pending={cancel.isPending} onClick={() => cancel.mutate()}>
              {t('cancelYes')}
            </Button>
          </>
        }
      >
        {cancel.error ? (
          <Notice tone="bad" live>
            {text(cancel.error)}
          </Notice>
        ) : null}
      </Dialog>
    </>
  );
}
