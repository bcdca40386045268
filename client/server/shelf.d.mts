import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerResponse } from 'node:http';

interface Page {
  headers: OutgoingHttpHeaders;
  body: string | Uint8Array;
}

interface Asked {
  method?: string;
  url?: string;
  headers: IncomingHttpHeaders;
}

export function pageAsked(request: Asked): string | null;
export function isShared(status: number, headers: OutgoingHttpHeaders): boolean;
export function answer(page: Page, request: Asked, response: ServerResponse): void;
export class Shelf {
  get(url: string, now?: number): Page | null;
  put(url: string, page: Page, now?: number): void;
}
