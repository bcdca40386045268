import type { Metadata } from 'next';
import { OrderView } from '@/components/orders/order-view';
import { asLocale } from '@/i18n/locales';
import { translator } from '@/i18n/server';

interface Props {
  params: Promise<{ locale: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const t = translator(asLocale((await params).locale));
  return { title: t('order.title'), robots: { index: false } };
}

export default function OrderPage() {
  return <OrderView />;
}
