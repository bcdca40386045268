'use client';

import NextLink from 'next/link';
import { useRouter as useNextRouter } from 'next/navigation';
import { type ComponentProps, useMemo } from 'react';
import { useLocale } from 'use-intl';
import { asLocale, localized } from './locales';

/** A link that stays in the language of the page. */
export function Link({ href, ...rest }: ComponentProps<typeof NextLink> & { href: string }) {
  return <NextLink href={localized(href, asLocale(useLocale()))} {...rest} />;
}

export function useRouter() {
  const router = useNextRouter();
  const locale = asLocale(useLocale());
  return useMemo(
    () => ({
      push: (path: string) => router.push(localized(path, locale)),
      replace: (path: string) => router.replace(localized(path, locale), { scroll: false }),
    }),
    [router, locale],
  );
}
