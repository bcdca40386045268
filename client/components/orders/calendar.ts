import type { Order } from '@/lib/queries/types';

const HOURS = 3; // how long an evening is where nobody says

const stamp = (moment: number) => `${new Date(moment).toISOString().replace(/[-:]|\.\d+/g, '')}`;

const escaped = (text: string) => text.replace(/[\\;,]/g, '\\$&').replace(/\n/g, '\\n');

/** An order's event as an iCalendar file (RFC 5545). */
export function calendarOf({ event, code, id, created_at }: Order): string {
  if (!event) return '';
  const start = Date.parse(event.starts_at);
  const { venue } = event;
  const place = [venue.name, venue.street, venue.city].filter(Boolean).join(', ');
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Ticketing//EN',
    'BEGIN:VEVENT',
    `UID:${id}@ticketing`,
    `DTSTAMP:${stamp(Date.parse(created_at))}`,
    `DTSTART:${stamp(start)}`,
    `DTEND:${stamp(start + HOURS * 3_600_000)}`,
    `SUMMARY:${escaped(event.name)}`,
    `LOCATION:${escaped(place)}`,
    `DESCRIPTION:${escaped(code)}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
}
