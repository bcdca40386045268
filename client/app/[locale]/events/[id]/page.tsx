import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { EventView } from '@/components/events/event-view';
import { asLocale, languagesOf, localized, tags } from '@/i18n/locales';
import { translator } from '@/i18n/server';
import { formatDate } from '@/lib/format/dates';
import { isId } from '@/lib/server/ids';
import { loadEvent, loadPaymentConfig } from '@/lib/server/load';
import { structuredEvent } from '@/lib/server/structured';

export const revalidate = 5;
export const generateStaticParams = () => [];

interface Props {
  params: Promise<{ locale: string; id: string }>;
}

async function load(params: Props['params']) {
  const { id, locale } = await params;
  if (!isId(id)) notFound();
  const event = await loadEvent(id);
  if (event === 'missing') notFound();
  return { event, id, locale: asLocale(locale) };
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { event, locale, id } = await load(params);
  const t = translator(locale);
  if (!event) return { title: t('event.title') };
  const when = formatDate(event.starts_at, event.timezone, tags[locale].dates, 'full');
  const description = `${when} · ${event.venue.name}, ${event.venue.city}`;
  const url = localized(`/events/${id}`, locale);
  return {
    title: event.name,
    description,
    alternates: { canonical: url, languages: languagesOf(`/events/${id}`) },
    openGraph: { title: event.name, description, url },
    twitter: { card: 'summary_large_image' },
  };
}

export default async function EventPage({ params }: Props) {
  const { event, id } = await load(params);
  return (
    <>
      {event ? (
        <script
          type="application/ld+json"
          // biome-ignore lint/security/noDangerouslySetInnerHtml: escaped JSON, and no script
          dangerouslySetInnerHTML={{ __html: structuredEvent(event) }}
        />
      ) : null}
      <EventView id={id} initial={event} payments={await loadPaymentConfig()} />
    </>
  );
}
