'use client';

import type { ReactNode } from 'react';
import { IntlProvider, type Messages, useLocale, useMessages } from 'use-intl';
import de from '@/messages/de/member.json';
import en from '@/messages/en/member.json';
import { asLocale } from './locales';

const catalogues = { en, de };

/** The words of the pages for people with an account, which buyers need not load. */
export function MemberMessages({ children }: { children: ReactNode }) {
  const locale = asLocale(useLocale());
  const messages = { ...useMessages(), ...catalogues[locale] } as Partial<Messages>;
  return (
    <IntlProvider messages={messages} locale={locale}>
      {children}
    </IntlProvider>
  );
}
