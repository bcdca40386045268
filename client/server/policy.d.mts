export function scriptHashes(html: string): string[];
export function policyOf(html: string, options?: { stripe?: boolean }): string;
