import type { Metadata } from 'next';
import { OrderList } from '@/components/orders/order-list';
import { asLocale } from '@/i18n/locales';
import { translator } from '@/i18n/server';

interface Props {
  params: Promise<{ locale: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const t = translator(asLocale((await params).locale));
  return { title: t('orders.title'), robots: { index: false } };
}

export default async function OrdersPage({ params }: Props) {
  const t = translator(asLocale((await params).locale));
  return (
    <div className="mx-auto flex max-w-4xl flex-col gap-6 px-4 pt-8 sm:px-6 sm:pt-12">
      <h1 className="text-title">{t('orders.title')}</h1>
      <OrderList />
    </div>
  );
}
