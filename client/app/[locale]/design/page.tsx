import type { Metadata } from 'next';
import { Gallery } from '@/components/design/gallery';
import { asLocale } from '@/i18n/locales';
import { translator } from '@/i18n/server';

interface Props {
  params: Promise<{ locale: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const t = translator(asLocale((await params).locale));
  return { title: t('titles.design'), robots: { index: false } };
}

export default function DesignPage() {
  return <Gallery />;
}
