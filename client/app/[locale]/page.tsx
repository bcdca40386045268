import { HomeEvents } from '@/components/events/home-events';
import { HomeEventsLater } from '@/components/events/later';
import { Pitch } from '@/components/events/pitch';
import { PosterFan } from '@/components/events/poster-fan';
import { SearchGo } from '@/components/events/search-go';
import { buttonStyle } from '@/components/ui/button';
import { SearchDrawn } from '@/components/ui/drawn';
import { asLocale } from '@/i18n/locales';
import { translator } from '@/i18n/server';
import { formatsOf } from '@/lib/format/formats';
import { loadUpcoming } from '@/lib/server/load';

export const revalidate = 10;

const ASKED = 48;

interface Props {
  params: Promise<{ locale: string }>;
}

export default async function Home({ params }: Props) {
  const locale = asLocale((await params).locale);
  const t = translator(locale);
  const upcoming = await loadUpcoming(ASKED);
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-12 px-4 pt-10 sm:px-6 sm:pt-16">
      <section className="relative flex flex-col gap-8">
        <PosterFan ids={(upcoming ?? []).map(({ id }) => id)} />
        <h1 className="max-w-4xl text-display xl:max-w-2xl">{t('home.headline')}</h1>
        <SearchGo className="flex max-w-3xl flex-col gap-1 rounded-card xl:max-w-2xl border border-line-strong bg-surface p-2 sm:flex-row sm:items-center sm:rounded-full">
          <input
            name="q"
            type="search"
            aria-label={t('home.what')}
            placeholder={t('home.what')}
            className="h-12 min-w-0 sm:flex-[2] rounded-full bg-transparent px-5 placeholder:text-muted"
          />
          <div className="bg-line max-sm:mx-5 max-sm:h-px sm:h-7 sm:w-px" aria-hidden />
          <input
            name="city"
            aria-label={t('home.where')}
            placeholder={t('home.where')}
            className="h-12 min-w-0 sm:flex-1 rounded-full bg-transparent px-5 placeholder:text-muted"
          />
          <button type="submit" className={buttonStyle({ look: 'go', className: 'h-12 px-7' })}>
            <SearchDrawn className="size-4" />
            {t('home.find')}
          </button>
        </SearchGo>
      </section>
      {upcoming ? (
        <HomeEvents events={upcoming} t={t} formats={formatsOf(locale)} />
      ) : (
        <HomeEventsLater limit={ASKED} />
      )}
      <Pitch locale={locale} />
    </div>
  );
}
