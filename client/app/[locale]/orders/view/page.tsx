import type { Metadata } from 'next';
import { OrderView } from '@/components/orders/order-view';
import { asLocale } from '@/i18n/locales';
import { PurchaseMessages } from '@/i18n/purchase-messages';
import { translator } from '@/i18n/server';
import { loadPaymentConfig } from '@/lib/server/load';

/** The shell knows whether money is real; all else of an order comes to the browser. */
export const revalidate = 60;

interface Props {
  params: Promise<{ locale: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const t = translator(asLocale((await params).locale));
  return { title: t('order.title'), robots: { index: false } };
}

export default async function OrderPage() {
  return (
    <PurchaseMessages>
      <OrderView payments={await loadPaymentConfig()} />
    </PurchaseMessages>
  );
}
