/** The languages of the site. English has no prefix in the address. */
export const locales = ['en', 'de'] as const;
export type Locale = (typeof locales)[number];

export const isLocale = (value: string): value is Locale =>
  (locales as readonly string[]).includes(value);

export const asLocale = (value: unknown): Locale =>
  typeof value === 'string' && isLocale(value) ? value : 'en';

/** `/orders` -> `/de/orders`, for paths of this site. */
export function localized(path: string, locale: Locale): string {
  if (locale === 'en' || !path.startsWith('/')) return path;
  return path === '/' ? `/${locale}` : `/${locale}${path}`;
}

/** The addresses of a page in all languages, for search engines. */
export const languagesOf = (path: string): Record<Locale, string> => ({
  en: localized(path, 'en'),
  de: localized(path, 'de'),
});

/** `/de/orders` -> `/orders`: the same page without its language. */
export function unlocalized(path: string): string {
  const [, first, ...rest] = path.split('/');
  return first && isLocale(first) ? `/${rest.join('/')}` : path;
}

/** BCP 47 tags for Intl: English money in the American way, dates day first. */
export const tags: Record<Locale, { money: string; dates: string }> = {
  en: { money: 'en-US', dates: 'en-GB' },
  de: { money: 'de-DE', dates: 'de-DE' },
};
