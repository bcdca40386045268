'use client';

import { useState } from 'react';
import type { Contact, Order } from '@/lib/queries/types';
import { useCurrentUser } from '@/lib/queries/use-current-user';
import { keepTyped, typedBy } from '@/lib/typed-contact';

/** What the buyer typed: kept through reloads and for the next try after a hold has ended. */
export function useTypedContact(order: Order) {
  const { user } = useCurrentUser();
  const [typed, setTyped] = useState(() => typedBy(order.buyer_id));
  const pick = (field: keyof Contact) =>
    typed[field] ?? order.contact?.[field] ?? user?.[field] ?? '';
  const type = (change: Partial<Contact>) => {
    const next = { ...typed, ...change };
    setTyped(next);
    keepTyped(order.buyer_id, next);
  };
  return { contact: { name: pick('name'), email: pick('email') }, type };
}
