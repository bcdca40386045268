'use client';

import { Download, ReceiptText, SearchX } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useProblemText } from '@/components/layout/use-problem-text';
import { Listing } from '@/components/sell/listing';
import { Button } from '@/components/ui/button';
import { TextField } from '@/components/ui/field';
import { Filter } from '@/components/ui/filter';
import { Notice } from '@/components/ui/notice';
import type { Sale, SalesFilter } from '@/lib/queries/types';
import { useExportSales } from '@/lib/queries/use-export-sales';
import { useSales } from '@/lib/queries/use-sales';
import { RefundDialog } from './refund-dialog';
import { SaleRow } from './sale-row';
import { save } from './save';

const FILTERS = ['all', 'complete', 'created', 'cancelled'] as const;
/** Milliseconds without a key after which a search is meant. */
const PAUSE = 300;

/** The orders of a sale: searched, narrowed down, exported. */
export function SalesOrders({ eventId }: { eventId: string | null }) {
  const t = useTranslations('sales');
  const id = useId();
  const [typed, setTyped] = useState('');
  const [status, setStatus] = useState<(typeof FILTERS)[number]>('all');
  const words = useSettled(typed.trim());
  const filter: SalesFilter = {
    ...(eventId ? { event_id: eventId } : {}),
    ...(status === 'all' ? {} : { status }),
    ...(words ? { q: words } : {}),
  };
  const narrowed = words !== '' || status !== 'all';
  const showAll = () => {
    setTyped('');
    setStatus('all');
  };
  return (
    <section aria-labelledby={id} className="flex flex-col gap-4 pt-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id={id} className="text-heading">
          {t('orders')}
        </h2>
        <Export filter={filter} />
      </div>
      <div className="grid items-end gap-3 md:grid-cols-[minmax(0,1fr)_auto]">
        <TextField
          label={t('search')}
          placeholder={t('searchHint')}
          type="search"
          maxLength={200}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
        <Filter
          label={t('status')}
          value={status}
          onChange={setStatus}
          options={FILTERS.map((value) => ({ value, name: t(`filters.${value}`) }))}
        />
      </div>
      <Rows filter={filter} narrowed={narrowed} onShowAll={showAll} />
    </section>
  );
}

interface RowsProps {
  filter: SalesFilter;
  narrowed: boolean;
  onShowAll: () => void;
}

function Rows({ filter, narrowed, onShowAll }: RowsProps) {
  const t = useTranslations('sales');
  const empty = narrowed
    ? {
        icon: SearchX,
        title: t('noMatch'),
        text: t('noMatchText'),
        action: (
          <Button look="quiet" onClick={onShowAll}>
            {t('clear')}
          </Button>
        ),
      }
    : { icon: ReceiptText, title: t('noOrders'), text: t('noOrdersText') };
  // Not in its row: a refunded order may leave the list while the dialog still says so.
  const [refunding, setRefunding] = useState<Sale | null>(null);
  return (
    <>
      <Listing pages={useSales(filter)} empty={empty}>
        {(sale) => (
          <SaleRow
            key={sale.id}
            sale={sale}
            ofMany={!filter.event_id}
            onRefund={() => setRefunding(sale)}
          />
        )}
      </Listing>
      {refunding ? <RefundDialog sale={refunding} onClose={() => setRefunding(null)} /> : null}
    </>
  );
}

function Export({ filter }: { filter: SalesFilter }) {
  const t = useTranslations('sales');
  const text = useProblemText();
  const file = useExportSales();
  return (
    <>
      <Button
        look="quiet"
        size="small"
        pending={file.isPending}
        onClick={() => file.mutate(filter, { onSuccess: (blob) => save(blob, 'sales.csv') })}
      >
        <Download className="size-4" aria-hidden />
        {t('export')}
      </Button>
      {file.error ? (
        <div className="w-full">
          <Notice tone="bad" live>
            {text(file.error)}
          </Notice>
        </div>
      ) : null}
    </>
  );
}

/** A value once it has stayed the same for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
