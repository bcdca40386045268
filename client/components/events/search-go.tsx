'use client';

import type { ComponentProps, FormEvent } from 'react';
import { useLocale } from 'use-intl';
import { useRouter } from '@/i18n/link';
import { asLocale, localized } from '@/i18n/locales';

type Props = Omit<ComponentProps<'form'>, 'action' | 'onSubmit'>;

/** A form that leads to what it searches for: without a page load, once the script is there. */
export function SearchGo(props: Props) {
  const router = useRouter();
  const go = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    router.push(`/search${asQuery(new FormData(event.currentTarget))}`);
  };
  return (
    <search className="contents">
      <form {...props} action={localized('/search', asLocale(useLocale()))} onSubmit={go} />
    </search>
  );
}

function asQuery(data: FormData): string {
  const query = new URLSearchParams();
  for (const [name, value] of data) {
    if (typeof value === 'string' && value.trim() && value !== 'any') query.set(name, value.trim());
  }
  return query.size > 0 ? `?${query}` : '';
}
