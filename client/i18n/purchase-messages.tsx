'use client';

import dynamic from 'next/dynamic';
import type { ReactNode } from 'react';
import { useLocale } from 'use-intl';
import { persistently } from '@/lib/later';
import { asLocale } from './locales';

const WORDS = {
  en: dynamic(() => persistently(() => import('./purchase-en'))),
  de: dynamic(() => persistently(() => import('./purchase-de'))),
};

/** The words of choosing, holding and paying, which other pages need not load. */
export function PurchaseMessages({ children }: { children: ReactNode }) {
  const Words = WORDS[asLocale(useLocale())];
  return <Words>{children}</Words>;
}
