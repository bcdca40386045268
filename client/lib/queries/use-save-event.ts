import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getEventQueryKey } from '../api/@tanstack/react-query.gen';
import { cancelEvent, createEvent, updateEvent } from '../api/sdk.gen';
import { forget, keyOf } from '../http/intent';
import type { Event, EventCreate, EventPatch } from './types';

/** Puts an event on. */
export function useCreateEvent() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: EventCreate) => {
      const headers = { 'Idempotency-Key': keyOf('event', body) };
      const { data } = await createEvent({ body, headers, throwOnError: true });
      forget('event', body);
      return data;
    },
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['events'] }),
  });
}

interface Change {
  event: Event;
  changes: EventPatch;
  /** Made a moment ago by whoever changes it: this may be sent again when an answer is lost. */
  own: boolean;
}

/** Changes an event, unless somebody else did meanwhile. */
export function useChangeEvent() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ event, changes, own }: Change) => {
      const { data } = await updateEvent({
        path: { event_id: event.id },
        headers: own ? {} : { 'If-Match': `"${event.version}"` },
        body: changes,
        throwOnError: true,
      });
      return data;
    },
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['events'] });
      void queries.invalidateQueries({ queryKey: getEventQueryKey({ path: { event_id: id } }) });
    },
  });
}

/** Ends an event for good: holds end, and who paid is refunded. */
export function useCancelEvent() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      const path = { event_id: id };
      const headers = { 'Idempotency-Key': keyOf('cancel-event', path) };
      const { data } = await cancelEvent({ path, headers, throwOnError: true });
      forget('cancel-event', path);
      return data;
    },
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['events'] });
      void queries.invalidateQueries({ queryKey: ['sales'] });
      void queries.invalidateQueries({ queryKey: getEventQueryKey({ path: { event_id: id } }) });
    },
  });
}
