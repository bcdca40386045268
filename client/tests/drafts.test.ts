import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventDetail, Ticket } from '../lib/queries/types.ts';
import { draftOfEvent, emptyEvent, eventBody, eventChanges } from '../lib/sell/event-draft.ts';
import { draftOfTicket, emptyTicket, ticketBody, ticketChanges } from '../lib/sell/ticket-draft.ts';

const event = {
  id: 'e1',
  status: 'published',
  name: 'Night Music',
  description: null,
  venue: { name: 'Halle', street: null, city: 'Berlin', postal_code: '10115', country: 'DE' },
  starts_at: '2026-12-01T18:30:00Z',
  starts_at_local: '2026-12-01T19:30:00',
  ends_at: '2026-12-01T21:30:00Z',
  timezone: 'Europe/Berlin',
  currency: 'eur',
  version: 3,
} as EventDetail;

const ticket = {
  id: 't1',
  event_id: 'e1',
  title: 'Floor',
  price: 2550,
  currency: 'eur',
  quantity: 100,
  max_per_buyer: 6,
  sale_starts_at: '2026-11-20T09:00:00Z',
  sale_ends_at: null,
  version: 2,
} as Ticket;

const place = { currency: 'eur', timezone: 'Europe/Berlin', eventId: 'e1' };

test('an event that was opened and closed has not changed', () => {
  assert.equal(eventChanges(event, draftOfEvent(event), 'published'), null);
});

test('only what changed is sent, and what was emptied is none', () => {
  const draft = { ...draftOfEvent(event), name: 'Night Music II', endsAt: '' };
  assert.deepEqual(eventChanges(event, draft, 'published'), {
    name: 'Night Music II',
    ends_at: null,
  });
});

test('a draft is published without another change', () => {
  const draft = { ...event, status: 'draft' } as EventDetail;
  assert.deepEqual(eventChanges(draft, draftOfEvent(draft), 'published'), { status: 'published' });
});

test('the wall clock at the venue is what is sent', () => {
  const body = eventBody({ ...emptyEvent('Asia/Tokyo'), startsAt: '2026-12-01T19:30' }, 'draft');
  assert.equal(body.starts_at_local, '2026-12-01T19:30:00');
  assert.equal(body.ends_at, null);
});

test('a ticket that was opened and closed has not changed', () => {
  assert.equal(ticketChanges(ticket, draftOfTicket(ticket, place.timezone), place), null);
});

test('a price and a sale window are sent as minor units and moments', () => {
  const draft = {
    ...draftOfTicket(ticket, place.timezone),
    price: '30',
    saleStartsAt: '2026-11-21T10:00',
  };
  assert.deepEqual(ticketChanges(ticket, draft, place), {
    price: 3000,
    sale_starts_at: '2026-11-21T09:00:00.000Z',
  });
});

test('a new ticket takes its event along', () => {
  const draft = { ...emptyTicket('new'), title: ' Floor ', price: '25,50', quantity: '10' };
  const body = ticketBody(draft, place);
  assert.deepEqual(
    [body.title, body.price, body.quantity, body.event_id],
    ['Floor', 2550, 10, 'e1'],
  );
});

test('sale times move with the clock they are meant on', () => {
  const opens = { ...ticket, sale_starts_at: '2026-11-21T09:00:00Z' } as Ticket;
  const draft = draftOfTicket(opens, 'Europe/Berlin');
  const moved = { ...place, timezone: 'America/New_York' };
  assert.deepEqual(ticketChanges(opens, draft, moved), {
    sale_starts_at: '2026-11-21T15:00:00.000Z',
  });
});
