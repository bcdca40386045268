'use client';

import type { ReactNode } from 'react';
import { IntlProvider, type Messages, useLocale, useMessages } from 'use-intl';

interface Props {
  messages: object;
  children: ReactNode;
}

/** Words of some pages beside those of all. */
export function MoreMessages({ messages, children }: Props) {
  const all = { ...useMessages(), ...messages } as Partial<Messages>;
  return (
    <IntlProvider messages={all} locale={useLocale()}>
      {children}
    </IntlProvider>
  );
}
