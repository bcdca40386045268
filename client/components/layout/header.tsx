'use client';

import { Search } from 'lucide-react';
import Form from 'next/form';
import { useLocale, useTranslations } from 'use-intl';
import { buttonStyle } from '@/components/ui/button';
import { Link } from '@/i18n/link';
import { asLocale, localized } from '@/i18n/locales';
import { AccountMenu } from './account-menu';
import { Logo } from './logo';

export function Header() {
  const t = useTranslations('nav');
  return (
    <header className="sticky top-0 z-20 border-line border-b bg-paper">
      <div className="mx-auto flex h-16 max-w-6xl items-center gap-2 px-4 sm:px-6">
        <Link href="/" aria-label={t('home')} className="mr-2 rounded-lg">
          <Logo name={t('name')} />
        </Link>
        <SearchBox />
        <nav aria-label={t('main')} className="ml-auto flex items-center gap-1">
          <Link
            href="/search"
            aria-label={t('search')}
            className={buttonStyle({ look: 'ghost', size: 'icon', className: 'md:hidden' })}
          >
            <Search className="size-5" aria-hidden />
          </Link>
          <Link
            href="/sell"
            className={buttonStyle({ look: 'ghost', size: 'small', className: 'max-sm:hidden' })}
          >
            {t('sell')}
          </Link>
          <AccountMenu />
        </nav>
      </div>
    </header>
  );
}

function SearchBox() {
  const t = useTranslations('nav');
  return (
    <Form
      action={localized('/search', asLocale(useLocale()))}
      prefetch={false}
      role="search"
      className="relative hidden w-72 md:block"
    >
      <Search className="absolute top-3 left-3.5 size-4 text-muted" aria-hidden />
      <input
        name="q"
        type="search"
        aria-label={t('search')}
        placeholder={t('searchHint')}
        className="h-10 w-full rounded-full border border-line-strong bg-surface pr-4 pl-10 text-sm placeholder:text-muted hover:border-ink"
      />
    </Form>
  );
}
