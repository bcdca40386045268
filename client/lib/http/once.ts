const flights = new Map<string, Promise<unknown>>();

/**
 * Runs an action unless it is under way already, and then joins it: a second
 * click of the same moment comes before the page can show the first.
 */
export function once<Result>(name: string, act: () => Promise<Result>): Promise<Result> {
  const flying = flights.get(name) as Promise<Result> | undefined;
  if (flying) return flying;
  const flight = act().finally(() => flights.delete(name));
  flights.set(name, flight);
  return flight;
}

/** One tab at a time, where the browser can see to that. */
export async function exclusively<Result>(
  name: string,
  act: () => Promise<Result>,
): Promise<Result> {
  return navigator.locks ? await navigator.locks.request(name, act) : await act();
}
