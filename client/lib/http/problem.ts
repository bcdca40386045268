/** What is wrong with an input: a code and values to say it in words of ours, and the service's own. */
export interface FieldFault {
  field: string;
  message: string;
  code?: string;
  values?: Record<string, string | number>;
}

/** RFC 9457 as the services answer it; what is unknown here is ignored. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  errors?: FieldFault[];
  items?: { ticket_id: string; available?: number; max?: number | null }[];
  payment_id?: string;
  decline_code?: string;
}

/** Any answer that is no success, and no answer at all (status 0, code `connection`). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Problem;
  readonly retryAfter: number | null;

  constructor(status: number, problem: Problem, retryAfter: number | null = null) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
    this.code = problem.type?.split('/').at(-1) || fallbackCode(status);
  }

  static unanswered(cause: unknown): ApiError {
    return Object.assign(new ApiError(0, {}), { cause });
  }
}

function fallbackCode(status: number): string {
  if (status === 0) return 'connection';
  if (status === 404) return 'not-found';
  if (status === 429) return 'too-many';
  if (status === 503) return 'busy';
  return status >= 500 ? 'failed' : 'unexpected';
}

export async function errorFrom(response: Response): Promise<ApiError> {
  return new ApiError(response.status, await readProblem(response), retryAfter(response));
}

async function readProblem(response: Response): Promise<Problem> {
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {}; // no JSON: something between us and the services answered
  }
}

/** Seconds to wait: `Retry-After` as a number or as a date. */
export function retryAfter(response: Response, now = Date.now()): number | null {
  const value = response.headers.get('retry-after');
  if (!value) return null;
  if (/^\d+$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, (date - now) / 1000);
}

export const codeOf = (error: unknown): string =>
  error instanceof ApiError ? error.code : 'unexpected';

export const isCode = (error: unknown, ...codes: string[]): boolean =>
  codes.includes(codeOf(error));

/**
 * Sorts an answer's field errors to the fields of a form. A field of the form
 * also takes what is said of its parts: `contact` takes `contact.email`.
 */
export function fieldErrors<Field extends string>(
  error: unknown,
  fields: readonly Field[],
  say: (fault: FieldFault) => string = ({ message }) => sentence(message),
): { fields: Partial<Record<Field, string>>; others: string[] } {
  const sorted: Partial<Record<Field, string>> = {};
  const others: string[] = [];
  const errors = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  for (const fault of errors) {
    const home = fields
      .filter((name) => fault.field === name || fault.field.startsWith(`${name}.`))
      .sort((one, other) => other.length - one.length)[0];
    if (home) sorted[home] ??= say(fault);
    else others.push(say(fault));
  }
  return { fields: sorted, others };
}

/** `must not be empty` -> `Must not be empty.` */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (!trimmed) return trimmed;
  const capital = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?…]$/.test(capital) ? capital : `${capital}.`;
}
