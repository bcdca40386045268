import type { Metadata } from 'next';
import { DoorList } from '@/components/sales/door-list';
import { asLocale } from '@/i18n/locales';
import { translator } from '@/i18n/server';

interface Props {
  params: Promise<{ locale: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const t = translator(asLocale((await params).locale));
  return { title: t('titles.door'), robots: { index: false } };
}

export default function Page() {
  return <DoorList />;
}
