'use client';

import { useState } from 'react';
import type { Contact, Order } from '@/lib/queries/types';
import { useCurrentUser } from '@/lib/queries/use-current-user';

const KEY = 'contact';

function remembered(): Partial<Contact> {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Partial<Contact>;
  } catch {
    return {};
  }
}

/** What the buyer typed: kept through reloads and for the next try after a hold has ended. */
export function useTypedContact(order: Order) {
  const { user } = useCurrentUser();
  const [typed, setTyped] = useState<Partial<Contact>>(remembered);
  const pick = (field: keyof Contact) =>
    typed[field] ?? order.contact?.[field] ?? user?.[field] ?? '';
  const type = (change: Partial<Contact>) => {
    const next = { ...typed, ...change };
    setTyped(next);
    try {
      sessionStorage.setItem(KEY, JSON.stringify(next));
    } catch {
      // storage is forbidden: what was typed lasts as long as the page
    }
  };
  return { contact: { name: pick('name'), email: pick('email') }, type };
}
