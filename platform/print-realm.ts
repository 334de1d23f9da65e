import { realmRepresentation, secretRotationPolicies } from "./keycloak-realm.ts";

// `npm run realm`: the realm for an operator's own Keycloak, without any person, to be imported there.
const { CONSOLE_URL: consoleUrl, KEYCLOAK_CLIENT_SECRET: provisionerClientSecret, KEYCLOAK_SECRET_ROTATION: hasSecretRotation } = process.env;
if (!consoleUrl || !provisionerClientSecret) {
  process.stderr.write("Set CONSOLE_URL to the address of the console and KEYCLOAK_CLIENT_SECRET to the secret that the provisioner will log in with.\n");
  process.exitCode = 1;
} else {
  const realm = { ...realmRepresentation({ consoleUrl }, { provisionerClientSecret }, []), ...(hasSecretRotation === "true" ? secretRotationPolicies : {}) };
  process.stdout.write(`${JSON.stringify(realm, null, 2)}\n`);
}
