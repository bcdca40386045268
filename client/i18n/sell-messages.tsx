'use client';

import type { ReactNode } from 'react';
import { IntlProvider, type Messages, useLocale, useMessages } from 'use-intl';
import de from '@/messages/de/sell.json';
import en from '@/messages/en/sell.json';
import { asLocale } from './locales';

const catalogues = { en, de };

/** The words of the pages for sellers, which buyers need not load. */
export function SellMessages({ children }: { children: ReactNode }) {
  const locale = asLocale(useLocale());
  const messages = { ...useMessages(), ...catalogues[locale] } as Partial<Messages>;
  return (
    <IntlProvider messages={messages} locale={locale}>
      {children}
    </IntlProvider>
  );
}
