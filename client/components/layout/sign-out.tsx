'use client';

import { LogOut } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { menuItem } from '@/components/ui/menu';
import { Notice } from '@/components/ui/notice';
import { useRouter } from '@/i18n/link';
import { useSignOut } from '@/lib/queries/use-become';
import { useOrders } from '@/lib/queries/use-orders';
import type { LeaveQuestion } from './leave-question';
import { useProblemText } from './use-problem-text';

interface Props {
  guest: boolean;
  /** Closes the menu. */
  close: () => void;
}

/** The way out. A guest with orders is asked first: nothing else leads back to them. */
export function SignOut({ guest, close }: Props) {
  const t = useTranslations('nav');
  const text = useProblemText();
  const router = useRouter();
  const signOut = useSignOut();
  const orders = useOrders('all', false);
  const [Question, setQuestion] = useState<typeof LeaveQuestion | null>(null);
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);

  const hasOrders = async () => {
    const { data } = await orders.refetch({ throwOnError: true });
    return data?.pages.some(({ items }) => items.length > 0) ?? false;
  };
  const ask = async () => {
    const loaded = await import('./leave-question');
    setQuestion(() => loaded.LeaveQuestion);
    setAsking(true);
  };
  const leave = async () => {
    await signOut.mutateAsync();
    close();
    router.push('/');
  };
  const attempt = (act: () => Promise<void>) => () => {
    setProblem(null);
    act().catch(setProblem);
  };
  const told = problem ? (
    <Notice tone="bad" live>
      {text(problem)}
    </Notice>
  ) : null;
  return (
    <>
      <button
        type="button"
        className={menuItem}
        aria-busy={signOut.isPending}
        onClick={attempt(async () => (guest && (await hasOrders()) ? ask() : leave()))}
      >
        <LogOut className="size-5" aria-hidden />
        {guest ? t('leaveGuest') : t('signOut')}
      </button>
      {Question && asking ? (
        <Question
          onKeep={() => {
            setAsking(false);
            close();
          }}
          onCancel={() => setAsking(false)}
          onLeave={attempt(leave)}
          pending={signOut.isPending}
          problem={told}
        />
      ) : (
        told
      )}
    </>
  );
}
