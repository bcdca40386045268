'use client';

import { useSyncExternalStore } from 'react';
import { useTranslations } from 'use-intl';
import { PlainSelect } from './plain-select';

const CHOICES = ['system', 'light', 'dark'] as const;
const KEY = 'theme';
const listeners = new Set<() => void>();

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const chosen = () => document.documentElement.dataset.theme ?? 'system';

function choose(theme: string) {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // storage is forbidden: the choice lasts as long as the page
  }
  for (const listener of listeners) listener();
}

export function ThemeChoice() {
  const t = useTranslations('footer');
  const theme = useSyncExternalStore(subscribe, chosen, () => 'system');
  return (
    <PlainSelect label={t('theme')} value={theme} onChange={choose}>
      {CHOICES.map((choice) => (
        <option key={choice} value={choice}>
          {t(`themes.${choice}`)}
        </option>
      ))}
    </PlainSelect>
  );
}
