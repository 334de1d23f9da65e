declare global {
  // oxlint-disable-next-line no-var -- set by the script below, before any module runs
  var postroomLoginAnswer: string | undefined;
}

/**
 * Runs in the page's head: takes the login's answer (code and state) out of the address bar before the router reads it, for
 * the router would bring it back whenever the same page is visited again.
 */
export const loginAnswerScript = `(function(){var h=location.hash;if(/[#&]state=/.test(h)&&/[#&](code|error)=/.test(h)){globalThis.postroomLoginAnswer=h;history.replaceState(history.state,"",location.pathname+location.search)}})()`;

/** Held by a browser that is on its way to the login service: what it opens when it is back is the console, not the login page. */
export const loginExpectedCookie = "postroom-login-expected";
/** Long enough to type a password; who takes longer comes back to the login page, which leads on. */
const loginExpectedSeconds = 300;

/** Marks this browser as on its way to the login service. */
export function expectLoginAnswer(): void {
  document.cookie = `${loginExpectedCookie}=1; Path=/; Max-Age=${loginExpectedSeconds}; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
}

/** The same for the login page, which loads no bundle. */
export const expectLoginAnswerScript = `document.cookie="${loginExpectedCookie}=1; Path=/; Max-Age=${loginExpectedSeconds}; SameSite=Lax"+(location.protocol==="https:"?"; Secure":"")`;

/** True when the page was opened by the login service with an answer that has not been used yet. */
export function hasLoginAnswer(): boolean {
  return globalThis.postroomLoginAnswer !== undefined;
}

/** Puts the answer back for keycloak-js, which takes it from the address bar and clears it, past the router. */
export function restoreLoginAnswer(): void {
  const answer = globalThis.postroomLoginAnswer;
  if (answer === undefined) return;
  globalThis.postroomLoginAnswer = undefined;
  History.prototype.replaceState.call(history, history.state, "", `${location.pathname}${location.search}${answer}`);
}
