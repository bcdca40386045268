import { SearchGo } from '@/components/events/search-go';
import { buttonStyle } from '@/components/ui/button';
import { SearchDrawn } from '@/components/ui/drawn';
import { Link } from '@/i18n/link';
import type { Locale } from '@/i18n/locales';
import { translator, type Words } from '@/i18n/server';
import { AccountMenu } from './account-menu';
import { Logo } from './logo';

export function Header({ locale }: { locale: Locale }) {
  const t = translator(locale);
  return (
    <header className="sticky top-0 z-20 border-line border-b bg-paper">
      <div className="mx-auto flex h-16 max-w-6xl items-center gap-2 px-4 sm:px-6">
        <Link href="/" aria-label={t('nav.home')} className="mr-2 rounded-lg">
          <Logo name={t('nav.name')} />
        </Link>
        <SearchBox t={t} />
        <nav aria-label={t('nav.main')} className="ml-auto flex items-center gap-1">
          <Link
            href="/search"
            aria-label={t('nav.search')}
            className={buttonStyle({ look: 'ghost', size: 'icon', className: 'md:hidden' })}
          >
            <SearchDrawn className="size-5" />
          </Link>
          <Link
            href="/sell"
            className={buttonStyle({ look: 'ghost', size: 'small', className: 'max-sm:hidden' })}
          >
            {t('nav.sell')}
          </Link>
          <AccountMenu />
        </nav>
      </div>
    </header>
  );
}

function SearchBox({ t }: { t: Words }) {
  return (
    <SearchGo className="relative hidden w-72 md:block">
      <SearchDrawn className="absolute top-3 left-3.5 size-4 text-muted" />
      <input
        name="q"
        type="search"
        aria-label={t('nav.search')}
        placeholder={t('nav.searchHint')}
        className="h-10 w-full rounded-full border border-line-strong bg-surface pr-4 pl-10 text-sm placeholder:text-muted hover:border-ink"
      />
    </SearchGo>
  );
}
