import type member from '../messages/en/member.json';
import type site from '../messages/en/site.json';
import type { Locale } from './locales';

declare module 'use-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: typeof site & typeof member;
  }
}
