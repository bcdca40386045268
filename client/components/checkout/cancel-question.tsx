'use client';

import { useTranslations } from 'use-intl';
import { useProblemText } from '@/components/layout/use-problem-text';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Notice } from '@/components/ui/notice';
import type { Order } from '@/lib/queries/types';
import { useCancelOrder } from '@/lib/queries/use-cancel-order';

interface Props {
  order: Order;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Whether the tickets are really to be given back. */
export function CancelQuestion({ order, open, onOpenChange }: Props) {
  const t = useTranslations('checkout');
  const cancel = useCancelOrder(order.id);
  const text = useProblemText();
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('cancelTitle')}
      description={t('cancelText')}
      actions={
        <>
          <Button look="quiet" onClick={() => onOpenChange(false)}>
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
  );
}
