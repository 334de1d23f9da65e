import { addressesRouter } from "../addresses/router.ts";
import { auditRouter } from "../audit/router.ts";
import { autoCreateRulesRouter } from "../auto-create-rules/router.ts";
import { changesRouter } from "../changes/router.ts";
import { connectionsRouter } from "../connections/router.ts";
import { credentialsRouter } from "../credentials/router.ts";
import { invitationsRouter } from "../invitations/router.ts";
import { membersRouter } from "../members/router.ts";
import { messagesRouter } from "../messages/router.ts";
import { operationsRouter } from "../operations/router.ts";
import { partsRouter } from "../parts/router.ts";
import { plansRouter } from "../plans/router.ts";
import { platformRolesRouter } from "../platform-roles/router.ts";
import { sessionRouter } from "../session/router.ts";
import { spacesRouter } from "../spaces/router.ts";
import { supportRouter } from "../support/router.ts";
import { tenantsRouter } from "../tenants/router.ts";
import { testClientRouter } from "../test-client/router.ts";
import { router } from "./trpc.ts";

export const appRouter = router({
  session: sessionRouter,
  tenants: tenantsRouter,
  spaces: spacesRouter,
  parts: partsRouter,
  plans: plansRouter,
  platformRoles: platformRolesRouter,
  addresses: addressesRouter,
  autoCreateRules: autoCreateRulesRouter,
  credentials: credentialsRouter,
  connections: connectionsRouter,
  testClient: testClientRouter,
  messages: messagesRouter,
  members: membersRouter,
  invitations: invitationsRouter,
  operations: operationsRouter,
  audit: auditRouter,
  support: supportRouter,
  changes: changesRouter,
});

export type AppRouter = typeof appRouter;
