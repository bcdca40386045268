'use client';

import type { ReactNode } from 'react';
import { IntlProvider, type Messages } from 'use-intl';
import messages from '@/messages/de/site.json';

export default function German({ children }: { children: ReactNode }) {
  return (
    <IntlProvider locale="de" messages={messages as Partial<Messages>} timeZone="UTC">
      {children}
    </IntlProvider>
  );
}
