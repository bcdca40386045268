import { createTranslator } from 'use-intl/core';
import dePurchase from '@/messages/de/purchase.json';
import deSite from '@/messages/de/site.json';
import enPurchase from '@/messages/en/purchase.json';
import enSite from '@/messages/en/site.json';
import type { Locale } from './locales';

const catalogues = {
  en: { ...enSite, ...enPurchase },
  de: { ...deSite, ...dePurchase },
};

/** The words of a page that the server writes. */
export const translator = (locale: Locale) =>
  createTranslator({ locale, messages: catalogues[locale] });

/** The words of every page, wherever they are put together. */
export type Words = ReturnType<typeof translator>;
