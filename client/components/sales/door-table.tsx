'use client';

import { useTranslations } from 'use-intl';
import type { Sale } from '@/lib/queries/types';

/** One line a guest; on paper with a box to tick, and its head on every page. */
export function DoorTable({ sales }: { sales: readonly Sale[] }) {
  const t = useTranslations('sales.list');
  return (
    <table className="w-full text-left">
      <thead>
        <tr className="border-ink border-b-2 text-sm [&>th]:py-2 [&>th]:font-semibold">
          <th scope="col" className="hidden w-10 print:table-cell">
            <span className="sr-only">{t('here')}</span>
          </th>
          <th scope="col">{t('name')}</th>
          <th scope="col">{t('code')}</th>
          <th scope="col" className="max-sm:hidden print:table-cell">
            {t('tickets')}
          </th>
        </tr>
      </thead>
      <tbody>
        {sales.map((sale) => (
          <Line key={sale.id} sale={sale} />
        ))}
      </tbody>
    </table>
  );
}

function Line({ sale }: { sale: Sale }) {
  const t = useTranslations('sales');
  const tickets = sale.items.map(({ quantity, title }) => `${quantity} × ${title}`).join(', ');
  return (
    <tr className="break-inside-avoid border-line-strong border-b align-top text-lg [&>td]:py-4 [&>th]:py-4 print:text-base print:[&>td]:py-2 print:[&>th]:py-2">
      <td className="hidden print:table-cell">
        <span className="block size-5 rounded border-2 border-ink" aria-hidden />
      </td>
      <th scope="row" className="break-words pr-3 font-semibold">
        {sale.contact?.name ?? t('noContact')}
        <span className="block font-normal text-muted text-sm sm:hidden print:hidden">
          {tickets}
        </span>
      </th>
      <td className="whitespace-nowrap pr-3 font-semibold tabular-nums tracking-wider">
        {sale.code}
      </td>
      <td className="text-base max-sm:hidden print:table-cell">{tickets}</td>
    </tr>
  );
}
