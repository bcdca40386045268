'use client';

import dynamic from 'next/dynamic';

// What the server could not get when it wrote a page: nobody else loads these scripts.
export const HomeEventsLater = dynamic(() => import('./home-events-asked'));
export const EventViewLater = dynamic(() => import('./event-view-asked'));
