import type { Metadata } from 'next';
import { NewTicket } from '@/components/sell/new-ticket';
import { asLocale } from '@/i18n/locales';
import { translator } from '@/i18n/server';

interface Props {
  params: Promise<{ locale: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const t = translator(asLocale((await params).locale));
  return { title: t('titles.newTicket'), robots: { index: false } };
}

export default function Page() {
  return <NewTicket />;
}
