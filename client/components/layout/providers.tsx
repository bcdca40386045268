'use client';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';

/** Requests wait and repeat on their own (lib/http), so queries need not. */
const newClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: { retry: false, staleTime: 5_000, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
  });

export function Providers({ children }: { children: ReactNode }) {
  const [queries] = useState(newClient);
  return <QueryClientProvider client={queries}>{children}</QueryClientProvider>;
}
