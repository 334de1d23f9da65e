import type { PublicConfig } from "#contracts/public-config.ts";
import { themeScript } from "#components/frame/theme.ts";
import { expectLoginAnswerScript, loginExpectedCookie } from "./login-answer.ts";

const probeTimeoutMs = 5_000;

/**
 * Sends the person to the login service with keycloak-js. Whatever else there is to do or to say (an answer that is here
 * already, a login service that does not answer) is the console's, which is loaded instead.
 */
const script = `
import Keycloak from "/login/keycloak.js";
const { keycloakUrl: url, realm, clientId } = JSON.parse(document.getElementById("config").textContent);
function openConsole() {
  ${expectLoginAnswerScript};
  if (document.cookie.includes("${loginExpectedCookie}=")) location.reload();
  else document.getElementById("state").textContent = "Postroom needs cookies to log you in. Allow them for this site, and load the page again.";
}
if (/[#&]state=/.test(location.hash)) openConsole();
else try {
  await fetch(url + "/realms/" + encodeURIComponent(realm), { mode: "no-cors", cache: "no-store", signal: AbortSignal.timeout(${probeTimeoutMs}) });
  ${expectLoginAnswerScript};
  await new Keycloak({ url, realm, clientId }).init({ onLoad: "login-required", pkceMethod: "S256", checkLoginIframe: false });
} catch { openConsole(); }
`;

const style = `
html { color-scheme: light dark; font: 1rem/1.5 "Red Hat Text", system-ui, sans-serif; color: #151515; background: #fff }
html.pf-v6-theme-dark { color: #fff; background: #151515 }
body { margin: 0; min-height: 100dvh; display: grid; place-content: center; text-align: center }
main { animation: appear 200ms 300ms both }
@keyframes appear { from { opacity: 0 } }
`;

/**
 * The page for somebody who is not logged in yet: a few kilobytes instead of the whole console, which would only be thrown
 * away on the way through the login service.
 * @param nonce of the content security policy with which the page is sent
 */
export function loginPage(config: PublicConfig, nonce: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Postroom</title>
<link rel="modulepreload" href="/login/keycloak.js" nonce="${nonce}"><script nonce="${nonce}">${themeScript}</script><style>${style}</style></head>
<body><main><p id="state" role="status">Logging you in …</p><noscript>Postroom needs JavaScript.</noscript></main>
<script id="config" type="application/json" nonce="${nonce}">${JSON.stringify(config).replaceAll("<", "\\u003c")}</script>
<script type="module" nonce="${nonce}">${script}</script></body></html>`;
}
