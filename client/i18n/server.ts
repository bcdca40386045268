import { createTranslator } from 'use-intl/core';
import de from '@/messages/de/site.json';
import en from '@/messages/en/site.json';
import type { Locale } from './locales';

const catalogues = { en, de };

/** The words of a page that the server writes. */
export const translator = (locale: Locale) =>
  createTranslator({ locale, messages: catalogues[locale] });

/** The words of every page, wherever they are put together. */
export type Words = ReturnType<typeof translator>;
