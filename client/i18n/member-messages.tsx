'use client';

import type { ReactNode } from 'react';
import { useLocale } from 'use-intl';
import de from '@/messages/de/member.json';
import en from '@/messages/en/member.json';
import { asLocale } from './locales';
import { MoreMessages } from './more-messages';

const catalogues = { en, de };

/** The words of the pages for people with an account, which buyers need not load. */
export function MemberMessages({ children }: { children: ReactNode }) {
  const messages = catalogues[asLocale(useLocale())];
  return <MoreMessages messages={messages}>{children}</MoreMessages>;
}
