'use client';

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { doubtWhoIsHere, forgetWhoLeft } from '@/lib/queries/who-left';

/** Requests wait and repeat on their own (lib/http), so queries need not. */
function newClient(): QueryClient {
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error) => doubtWhoIsHere(queries, error) }),
    defaultOptions: {
      queries: { retry: false, staleTime: 5_000, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
  forgetWhoLeft(queries);
  return queries;
}

export function Providers({ children }: { children: ReactNode }) {
  const [queries] = useState(newClient);
  return <QueryClientProvider client={queries}>{children}</QueryClientProvider>;
}
