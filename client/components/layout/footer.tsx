import { Link } from '@/i18n/link';
import type { Locale } from '@/i18n/locales';
import { translator } from '@/i18n/server';
import { Languages } from './languages';
import { Logo } from './logo';
import { ThemeChoice } from './theme-choice';

export function Footer({ locale }: { locale: Locale }) {
  const t = translator(locale);
  return (
    <footer className="mt-20 border-line border-t">
      <div className="mx-auto grid max-w-6xl gap-8 px-4 py-10 sm:px-6 lg:grid-cols-[minmax(0,1fr)_auto_auto] lg:items-start lg:gap-12">
        <div className="flex max-w-sm flex-col gap-3">
          <Logo name={t('nav.name')} />
          <p className="text-muted text-sm">{t('footer.promise')}</p>
        </div>
        <nav
          aria-label={t('footer.more')}
          className="flex flex-wrap gap-x-8 gap-y-3 text-sm lg:flex-nowrap lg:pt-1.5"
        >
          {[
            ['/search', t('nav.search')],
            ['/orders', t('nav.orders')],
            ['/sell', t('nav.sell')],
          ].map(([href = '/', name]) => (
            <Link key={href} href={href} className="font-medium underline-offset-4 hover:underline">
              {name}
            </Link>
          ))}
        </nav>
        <div className="flex flex-wrap gap-3 lg:flex-nowrap">
          <Languages />
          <ThemeChoice />
        </div>
      </div>
    </footer>
  );
}
