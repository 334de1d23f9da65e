/**
 * Waits until the condition holds, asking often; no fixed sleep.
 * @throws Error with what was seen last when it does not hold within `timeoutMs`
 */
export async function eventually<T>(look: () => Promise<T> | T, holds: (seen: T) => boolean, timeoutMs = 45_000): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > end) throw new Error(`Not so within ${timeoutMs} ms; seen last: ${JSON.stringify(seen, undefined, 1)?.slice(0, 2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
