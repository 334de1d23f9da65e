import { verifyAuthorization, type Person } from "../auth/verify-token.ts";
import type { Services } from "../services.ts";

/** What every procedure starts from. Nobody is known yet: `authenticate` is asked by the base procedures. */
export interface RequestContext {
  readonly services: Services;
  /** Verifies the request's token, once for all calls of a batch. @throws PostroomError */
  readonly authenticate: () => Promise<Person>;
}

/** @param authorization value of the `Authorization` header */
export function createRequestContext(services: Services, authorization: string | null): RequestContext {
  let person: Promise<Person> | undefined;
  return { services, authenticate: () => (person ??= verifyAuthorization(authorization, services.tokenRules)) };
}
