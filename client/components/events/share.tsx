'use client';

import { Check, Share2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';

/** Hands the page on: the device's own way where it has one, else the address is copied. */
export function Share({ name }: { name: string }) {
  const t = useTranslations('event');
  const [copied, setCopied] = useState(false);
  const share = async () => {
    const url = window.location.href;
    try {
      if (navigator.share) await navigator.share({ title: name, url });
      else {
        await navigator.clipboard.writeText(url);
        setCopied(true);
      }
    } catch {
      // the visitor thought better of it
    }
  };
  const Icon = copied ? Check : Share2;
  return (
    <Button
      look="quiet"
      size="small"
      className="shrink-0 max-sm:size-11 max-sm:px-0"
      onClick={() => void share()}
    >
      <Icon className="size-4" aria-hidden />
      <span className="max-sm:sr-only" aria-live="polite">
        {copied ? t('copied') : t('share')}
      </span>
    </Button>
  );
}
