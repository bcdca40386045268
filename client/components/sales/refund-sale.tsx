'use client';

import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import type { Sale } from '@/lib/queries/types';
import { RefundDialog } from './refund-dialog';

/** The money of an order goes back, all of it or a part, after asking. */
export function RefundSale({ sale }: { sale: Sale }) {
  const t = useTranslations('sales.refund');
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button look="quiet" size="small" onClick={() => setAsking(true)}>
        <Undo2 className="size-4" aria-hidden />
        {t('do')}
        <span className="sr-only">{sale.code}</span>
      </Button>
      {asking ? <RefundDialog sale={sale} onClose={() => setAsking(false)} /> : null}
    </>
  );
}
