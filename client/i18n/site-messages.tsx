'use client';

import dynamic from 'next/dynamic';
import type { ReactNode } from 'react';
import { persistently } from '@/lib/later';
import type { Locale } from './locales';

/** A script each, so that nobody loads the words of a language they do not read. */
const WORDS = {
  en: dynamic(() => persistently(() => import('./words-en'))),
  de: dynamic(() => persistently(() => import('./words-de'))),
};

/** The catalogue every page has; those of a purchase and of members add their own. */
export function SiteMessages({ locale, children }: { locale: Locale; children: ReactNode }) {
  const Words = WORDS[locale];
  return <Words>{children}</Words>;
}
