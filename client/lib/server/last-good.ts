const LIMIT = 2_000;

/**
 * The last answer to each question, for the time a service is away: a page that
 * is renewed meanwhile keeps what it showed. Bounded, the oldest goes first.
 */
class LastGood {
  readonly #answers = new Map<string, unknown>();

  keep<Answer>(name: string, answer: Answer): Answer {
    this.#answers.delete(name);
    this.#answers.set(name, answer);
    const oldest = this.#answers.keys().next();
    if (this.#answers.size > LIMIT && !oldest.done) this.#answers.delete(oldest.value);
    return answer;
  }

  recall<Answer>(name: string): Answer | null {
    return (this.#answers.get(name) as Answer | undefined) ?? null;
  }
}

export const lastGood = new LastGood();
