'use client';

import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useProblemText } from '@/components/layout/use-problem-text';
import { useRouter } from '@/i18n/link';
import { fieldErrors } from '@/lib/http/problem';
import { useComplaints } from './use-complaints';
import { useFaultText } from './use-fault-text';

type Errors<Field extends string> = Partial<Record<Field, string>>;

interface Setup<Field extends string> {
  fields: readonly Field[];
  /** Answers the path that it leads to, if it does: the form then stays busy until it is gone. */
  submit: (data: FormData) => Promise<unknown>;
  /** What only this form can know to be wrong. */
  check?: () => Errors<Field>;
}

/**
 * A form whose fields say what is wrong with them: first what the browser can
 * tell, then what the service answers. The first wrong field gets the focus.
 */
export function useForm<Field extends string>({ fields, submit, check }: Setup<Field>) {
  const ref = useRef<HTMLFormElement>(null);
  const [errors, setErrors] = useState<Errors<Field>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const busy = useRef(false); // a second click of the same moment, before `pending` shows
  const router = useRouter();
  const complaints = useComplaints();
  const text = useProblemText();
  const say = useFaultText();
  useFocusOnFirstError(ref, errors);

  const refuse = (error: unknown) => {
    const sorted = fieldErrors(error, fields, say);
    setErrors(sorted.fields);
    const placed = Object.keys(sorted.fields).length > 0;
    setProblem(
      [...sorted.others, ...(placed || sorted.others.length ? [] : [text(error)])].join(' ') ||
        null,
    );
  };
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy.current) return;
    const own = { ...check?.(), ...complaints(event.currentTarget, fields) };
    setErrors(own);
    setProblem(null);
    if (Object.keys(own).length > 0) return;
    busy.current = true;
    setPending(true);
    const path = await submit(new FormData(event.currentTarget)).catch(refuse);
    if (typeof path === 'string') return router.push(path);
    busy.current = false;
    setPending(false);
  };
  return {
    // Sent before the page's script is there, nothing typed may end up in the address.
    props: { ref, onSubmit, noValidate: true, method: 'post' } as const,
    errors,
    problem,
    pending,
  };
}

function useFocusOnFirstError(
  form: React.RefObject<HTMLFormElement | null>,
  errors: Errors<string>,
): void {
  useEffect(() => {
    if (Object.keys(errors).length === 0) return;
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [form, errors]);
}
