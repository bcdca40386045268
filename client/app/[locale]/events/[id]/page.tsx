import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { EventView } from '@/components/events/event-view';
import { EventViewLater } from '@/components/events/later';
import { MoreEvents } from '@/components/events/more-events';
import { TestBanner } from '@/components/layout/test-banner';
import { asLocale, languagesOf, localized, tags } from '@/i18n/locales';
import { PurchaseMessages } from '@/i18n/purchase-messages';
import { translator } from '@/i18n/server';
import { formatDate } from '@/lib/format/dates';
import { formatsOf } from '@/lib/format/formats';
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
  const brought = await loadEvent(id);
  if (brought === 'missing') notFound();
  return { brought, id, locale: asLocale(locale) };
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { brought, locale, id } = await load(params);
  const t = translator(locale);
  if (!brought) return { title: t('event.title') };
  const { event } = brought;
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
  const { brought, id, locale } = await load(params);
  const shown = { t: translator(locale), formats: formatsOf(locale) };
  return (
    <PurchaseMessages>
      <TestBanner config={await loadPaymentConfig()} />
      {brought ? (
        <>
          <script
            type="application/ld+json"
            // biome-ignore lint/security/noDangerouslySetInnerHtml: escaped JSON, and no script
            dangerouslySetInnerHTML={{ __html: structuredEvent(brought.event) }}
          />
          <EventView brought={brought} {...shown} />
          <MoreEvents event={brought.event} {...shown} />
        </>
      ) : (
        <EventViewLater id={id} />
      )}
    </PurchaseMessages>
  );
}
