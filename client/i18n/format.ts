'use client';

import { useMemo } from 'react';
import { useLocale } from 'use-intl';
import { formatDate } from '@/lib/format/dates';
import { formatMoney } from '@/lib/format/money';
import { asLocale, tags } from './locales';

/** Money and dates as the language of the page writes them. */
export function useFormat() {
  const tag = tags[asLocale(useLocale())];
  return useMemo(
    () => ({
      money: (amount: number, currency: string, options?: { short?: boolean }) =>
        formatMoney(amount, currency, tag.money, options),
      date: (moment: string, timeZone: string, style: Parameters<typeof formatDate>[3]) =>
        formatDate(moment, timeZone, tag.dates, style),
      count: (value: number) => new Intl.NumberFormat(tag.dates).format(value),
    }),
    [tag],
  );
}
