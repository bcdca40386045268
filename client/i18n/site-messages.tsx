'use client';

import type { ReactNode } from 'react';
import { IntlProvider, type Messages } from 'use-intl';
import de from '@/messages/de/site.json';
import en from '@/messages/en/site.json';
import type { Locale } from './locales';

const catalogues = { en, de };

/** The catalogue every page has; the pages of members add their own. */
export function SiteMessages({ locale, children }: { locale: Locale; children: ReactNode }) {
  return (
    <IntlProvider locale={locale} messages={catalogues[locale] as Partial<Messages>} timeZone="UTC">
      {children}
    </IntlProvider>
  );
}
