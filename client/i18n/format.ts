'use client';

import { useLocale } from 'use-intl';
import { type Formats, formatsOf } from '@/lib/format/formats';
import { asLocale } from './locales';

/** Money and dates as the language of the page writes them. */
export const useFormat = (): Formats => formatsOf(asLocale(useLocale()));
