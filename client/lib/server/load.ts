import 'server-only';
import { cache } from 'react';
import { getEvent, getPaymentsConfig, getTicket, listEvents } from '../api/sdk.gen';
import { ApiError } from '../http/problem';
import { type EventCard, toCard } from '../queries/cards';
import type { PaymentConfig, Ticket } from '../queries/types';
import type { Brought } from '../queries/use-event';
import { lastGood } from './last-good';

/** A page rather waits for its data in the browser than holds the server up. */
const TIMEOUT = 3_000;

const away = () => !process.env.API_INTERNAL_URL;
const signal = () => AbortSignal.timeout(TIMEOUT);

/** `null`: not to be had now, the browser will ask. `missing`: there is no such thing. */
export type Loaded<Thing> = Thing | 'missing' | null;

async function load<Thing>(name: string, ask: () => Promise<Thing>): Promise<Loaded<Thing>> {
  if (away()) return null;
  try {
    return lastGood.keep(name, await ask());
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return 'missing';
    return lastGood.recall<Thing>(name);
  }
}

export const loadEvent = cache(
  (id: string): Promise<Loaded<Brought>> =>
    load(`event/${id}`, async () => {
      const path = { event_id: id };
      const { data: event } = await getEvent({ path, signal: signal(), throwOnError: true });
      return { event, at: Date.now() };
    }),
);

export const loadTicket = cache(
  (id: string): Promise<Loaded<Ticket>> =>
    load(`ticket/${id}`, async () => {
      const path = { ticket_id: id };
      return (await getTicket({ path, signal: signal(), throwOnError: true })).data;
    }),
);

export async function loadPaymentConfig(): Promise<PaymentConfig | null> {
  const loaded = await load('payments', async () => {
    return (await getPaymentsConfig({ signal: signal(), throwOnError: true })).data;
  });
  return loaded === 'missing' ? null : loaded;
}

export async function loadUpcoming(limit: number, city?: string): Promise<EventCard[] | null> {
  const query = { limit, ...(city ? { city } : {}) };
  const loaded = await load(`upcoming/${limit}/${city ?? ''}`, async () => {
    const { data } = await listEvents({ query, signal: signal(), throwOnError: true });
    return data.items.map(toCard);
  });
  return loaded === 'missing' ? null : loaded;
}
