/**
 * Resolves when the launcher (platform/launch.mjs), which unpacks and builds Keycloak and Artemis meanwhile, is done.
 * Started without a launcher, they are taken to be there.
 * @throws Error with the launcher's sentence when it failed.
 */
export function distributionsReady(signal: AbortSignal): Promise<void> {
  if (!process.send) return Promise.resolve();
  return new Promise((resolve, reject) => {
    process.once("message", (message: { distributions: "ready" | "failed"; reason?: string }) => {
      if (message.distributions === "ready") resolve();
      else reject(new Error(message.reason));
    });
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    process.send!({ wants: "distributions" });
  });
}
