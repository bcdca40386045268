'use client';

import NextLink from 'next/link';
import { useRouter as useNextRouter } from 'next/navigation';
import { type ComponentProps, useMemo, useState } from 'react';
import { useLocale } from 'use-intl';
import { asLocale, localized } from './locales';

type Props = Omit<ComponentProps<typeof NextLink>, 'prefetch'> & { href: string };

/**
 * A link that stays in the language of the page. What is behind it is fetched ahead once
 * somebody points at it: a phone need not load all that a page leads to.
 */
export function Link({ href, ...rest }: Props) {
  const [pointed, setPointed] = useState(false);
  const point = () => setPointed(true);
  return (
    <NextLink
      href={localized(href, asLocale(useLocale()))}
      prefetch={pointed ? null : false}
      onPointerEnter={point}
      onTouchStart={point}
      onFocus={point}
      {...rest}
    />
  );
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
