'use client';

import type { ReactNode } from 'react';
import { IntlProvider, type Messages } from 'use-intl';
import messages from '@/messages/en/site.json';

export default function English({ children }: { children: ReactNode }) {
  return (
    <IntlProvider locale="en" messages={messages as Partial<Messages>} timeZone="UTC">
      {children}
    </IntlProvider>
  );
}
