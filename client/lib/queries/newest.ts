/**
 * For `structuralSharing`: of what is known and what an answer says, whichever is of a greater
 * `age`. An answer may have been under way while newer news came by another way.
 */
export const newestBy =
  <Thing>(age: (thing: Thing) => number) =>
  (known: unknown, answer: unknown): unknown =>
    known && age(known as Thing) > age(answer as Thing) ? known : answer;
