/** Milliseconds that no clock drifts apart by in between. */
const SLEPT = 5_000;

/** Beside `Date.now()`, `performance.now()` stands still on many systems while the device sleeps. */
const apart = () => Date.now() - performance.now();

let before = apart();

/** Whether the device has slept, or its clock was set, since this was asked last. */
export function hasSlept(): boolean {
  const now = apart();
  const slept = now - before > SLEPT;
  before = now;
  return slept;
}
