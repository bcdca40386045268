'use client';

import type { ReactNode } from 'react';
import messages from '@/messages/en/purchase.json';
import { MoreMessages } from './more-messages';

export default function English({ children }: { children: ReactNode }) {
  return <MoreMessages messages={messages}>{children}</MoreMessages>;
}
