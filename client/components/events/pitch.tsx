import { buttonStyle } from '@/components/ui/button';
import { Poster } from '@/components/ui/poster';
import { Link } from '@/i18n/link';
import type { Locale } from '@/i18n/locales';
import { translator } from '@/i18n/server';

/** The door for sellers at the end of the home page. */
export function Pitch({ locale }: { locale: Locale }) {
  const t = translator(locale);
  return (
    <section className="relative overflow-hidden rounded-card bg-night text-on-night">
      <div className="flex max-w-xl flex-col items-start gap-4 p-8 sm:p-12">
        <h2 className="text-title">{t('home.pitch')}</h2>
        <p className="text-on-night/80 text-pretty">{t('home.pitchText')}</p>
        <Link
          href="/sell"
          className={buttonStyle({ look: 'go', className: 'mt-2 outline-on-night' })}
        >
          {t('home.pitchDo')}
        </Link>
      </div>
      <div className="absolute inset-y-0 right-0 hidden w-72 md:block lg:w-96" aria-hidden>
        <Poster id="pitch" />
      </div>
    </section>
  );
}
