import type { Metadata } from 'next';
import { EventSales } from '@/components/sales/event-sales';
import { asLocale } from '@/i18n/locales';
import { translator } from '@/i18n/server';

interface Props {
  params: Promise<{ locale: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const t = translator(asLocale((await params).locale));
  return { title: t('titles.sales'), robots: { index: false } };
}

export default function Page() {
  return <EventSales />;
}
