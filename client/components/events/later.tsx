'use client';

import dynamic from 'next/dynamic';
import { persistently } from '@/lib/later';

// What the server could not get when it wrote a page: nobody else loads these scripts.
export const HomeEventsLater = dynamic(() => persistently(() => import('./home-events-asked')));
export const EventViewLater = dynamic(() => persistently(() => import('./event-view-asked')));
