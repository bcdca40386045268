import { ImageResponse } from 'next/og';
import { SharedPoster } from '@/components/events/shared-poster';
import { asLocale, tags } from '@/i18n/locales';
import { translator } from '@/i18n/server';
import { formatDate } from '@/lib/format/dates';
import { isId } from '@/lib/server/ids';
import { loadEvent } from '@/lib/server/load';

export const size = { width: 1200, height: 630 };
export const contentType = 'image/png';
export const revalidate = 3600;

interface Props {
  params: Promise<{ locale: string; id: string }>;
}

const LATIN = /^[\u0020-\u024f\u2010-\u2026\u20ac]*$/;

/** Words of other scripts are left to the poster: their glyphs would be fetched from elsewhere. */
const printable = (text: string): string => (LATIN.test(text) ? text : '');

/** What a shared link to an event shows. */
export default async function Image({ params }: Props) {
  const { id, locale: written } = await params;
  const locale = asLocale(written);
  const t = translator(locale);
  const found = isId(id) ? await loadEvent(id) : 'missing';
  const shown = found && found !== 'missing' ? found.event : null;
  return new ImageResponse(
    <SharedPoster
      id={id}
      house={t('nav.name')}
      title={shown ? printable(shown.name) : t('meta.title')}
      when={shown ? formatDate(shown.starts_at, shown.timezone, tags[locale].dates, 'full') : ''}
      where={shown ? printable(`${shown.venue.name}, ${shown.venue.city}`) : ''}
    />,
    size,
  );
}
