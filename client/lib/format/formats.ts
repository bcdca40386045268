import { type Locale, locales, tags } from '@/i18n/locales';
import { formatDate } from './dates';
import { formatMoney } from './money';

export interface Formats {
  money: (amount: number, currency: string, options?: { short?: boolean }) => string;
  date: (moment: string, timeZone: string, style: Parameters<typeof formatDate>[3]) => string;
  count: (value: number) => string;
}

function made(locale: Locale): Formats {
  const { money, dates } = tags[locale];
  let numbers: Intl.NumberFormat | undefined;
  return {
    money: (amount, currency, options) => formatMoney(amount, currency, money, options),
    date: (moment, timeZone, style) => formatDate(moment, timeZone, dates, style),
    count: (value) => {
      numbers ??= new Intl.NumberFormat(dates);
      return numbers.format(value);
    },
  };
}

const FORMATS = Object.fromEntries(locales.map((locale) => [locale, made(locale)])) as Record<
  Locale,
  Formats
>;

/** How a language writes money, dates and numbers: the same object for everybody who asks. */
export const formatsOf = (locale: Locale): Formats => FORMATS[locale];
