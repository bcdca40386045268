import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { TicketView } from '@/components/tickets/ticket-view';
import { asLocale } from '@/i18n/locales';
import { PurchaseMessages } from '@/i18n/purchase-messages';
import { translator } from '@/i18n/server';
import { isId } from '@/lib/server/ids';
import { loadPaymentConfig, loadTicket } from '@/lib/server/load';

export const revalidate = 5;
export const generateStaticParams = () => [];

interface Props {
  params: Promise<{ locale: string; id: string }>;
}

async function load(params: Props['params']) {
  const { id, locale } = await params;
  if (!isId(id)) notFound();
  const ticket = await loadTicket(id);
  if (ticket === 'missing') notFound();
  return { ticket, id, locale: asLocale(locale) };
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { ticket, locale } = await load(params);
  return { title: ticket?.title ?? translator(locale)('ticket.title') };
}

export default async function TicketPage({ params }: Props) {
  const { ticket, id } = await load(params);
  return (
    <PurchaseMessages>
      <TicketView id={id} initial={ticket} payments={await loadPaymentConfig()} />
    </PurchaseMessages>
  );
}
