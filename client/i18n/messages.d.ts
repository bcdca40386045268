import type member from '../messages/en/member.json';
import type purchase from '../messages/en/purchase.json';
import type site from '../messages/en/site.json';
import type { Locale } from './locales';

declare module 'use-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: typeof site & typeof purchase & typeof member;
  }
}
