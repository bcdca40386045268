'use client';

import type { ReactNode } from 'react';
import messages from '@/messages/de/purchase.json';
import { MoreMessages } from './more-messages';

export default function German({ children }: { children: ReactNode }) {
  return <MoreMessages messages={messages}>{children}</MoreMessages>;
}
