'use client';

import { useLocale, useTranslations } from 'use-intl';
import { asLocale, isLocale, locales, localized, unlocalized } from '@/i18n/locales';
import { PlainSelect } from './plain-select';

const NAMES = { en: 'English', de: 'Deutsch' };

/** The same page in another language; a full load, since every word changes. */
export function Languages() {
  const t = useTranslations('footer');
  const change = (value: string) => {
    if (!isLocale(value)) return;
    const { pathname, search } = window.location;
    window.location.assign(localized(unlocalized(pathname), value) + search);
  };
  return (
    <PlainSelect label={t('language')} value={asLocale(useLocale())} onChange={change}>
      {locales.map((locale) => (
        <option key={locale} value={locale} lang={locale}>
          {NAMES[locale]}
        </option>
      ))}
    </PlainSelect>
  );
}
