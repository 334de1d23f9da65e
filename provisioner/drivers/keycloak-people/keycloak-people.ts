import { z } from "zod";
import { PostroomError } from "#contracts/errors.ts";
import type { RequiredAction } from "#contracts/members/member.ts";
import { platformRoles, type PlatformRole } from "#contracts/permissions.ts";
import type { WorkWindow } from "../../work-window.ts";
import type { KeycloakAdmin, KeycloakAnswer } from "../keycloak/keycloak-admin.ts";
import type { KnownPerson, MadePerson, NewPerson, PeopleDriver } from "../people-driver.ts";

const keycloakActions: Record<RequiredAction, string> = { "new-password": "UPDATE_PASSWORD", "second-factor": "CONFIGURE_TOTP" };

/** Kinds of credentials that Keycloak asks for after the password (Server Administration Guide, "Two-factor authentication"). */
const secondFactorTypes = ["otp", "webauthn", "recovery-authn-codes"];

const userSchema = z.looseObject({
  id: z.string(),
  email: z.string().optional(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  enabled: z.boolean(),
  requiredActions: z.array(z.string()).default([]),
  createdTimestamp: z.number(),
});
type User = z.infer<typeof userSchema>;
const roleSchema = z.looseObject({ id: z.string(), name: z.string() });

/** People of a real Keycloak's realm. */
export class KeycloakPeople implements PeopleDriver {
  readonly #admin: KeycloakAdmin;

  constructor(admin: KeycloakAdmin) {
    this.#admin = admin;
  }

  async createPerson({ email, name, oneTimePassword }: NewPerson, window: WorkWindow): Promise<MadePerson> {
    const [firstName = "", ...rest] = name.trim().split(/\s+/);
    const made = await this.#admin.request(
      "POST",
      "/users",
      {
        username: email,
        email,
        firstName,
        lastName: rest.join(" ") || firstName,
        enabled: true,
        // Nobody has shown yet that mail to the address reaches them.
        emailVerified: false,
        credentials: [{ type: "password", value: oneTimePassword, temporary: true }],
      },
      window,
    );
    if (made.status !== 409) this.#admin.expectSuccess(made, `to make an account for ${email}`);
    const user = await this.#findByEmail(email, window);
    if (!user) throw new PostroomError({ code: "internal", message: `Keycloak says that there is an account for ${email} and then does not find it.` });
    return { userId: user.id, isNew: made.status !== 409, createdAt: new Date(user.createdTimestamp) };
  }

  async setOneTimePassword(userId: string, password: string, window: WorkWindow): Promise<void> {
    const answer = await this.#admin.request("PUT", `${pathOf(userId)}/reset-password`, { type: "password", value: password, temporary: true }, window);
    this.#expect(answer, "to set a password");
  }

  async removeSecondFactors(userId: string, window: WorkWindow): Promise<void> {
    const answer = await this.#admin.request("GET", `${pathOf(userId)}/credentials`, undefined, window);
    this.#expect(answer, "to look at the second factor of a person");
    const credentials = z.array(z.object({ id: z.string(), type: z.string() })).parse(JSON.parse(answer.body));
    for (const { id } of credentials.filter(({ type }) => secondFactorTypes.includes(type))) {
      const removed = await this.#admin.request("DELETE", `${pathOf(userId)}/credentials/${encodeURIComponent(id)}`, undefined, window);
      if (removed.status !== 404) this.#expect(removed, "to remove the second factor of a person");
    }
  }

  async requireAction(userId: string, action: RequiredAction, window: WorkWindow): Promise<void> {
    const user = await this.#read(userId, window);
    const wanted = keycloakActions[action];
    if (user.requiredActions.includes(wanted)) return;
    this.#expect(await this.#admin.request("PUT", pathOf(userId), { ...user, requiredActions: [...user.requiredActions, wanted] }, window), "to want a step at the next login");
  }

  async signOut(userId: string, window: WorkWindow): Promise<void> {
    const answer = await this.#admin.request("POST", `${pathOf(userId)}/logout`, {}, window);
    if (answer.status !== 404) this.#expect(answer, "to end the sessions of a person");
  }

  async setEnabled(userId: string, isEnabled: boolean, window: WorkWindow): Promise<boolean> {
    const answer = await this.#admin.request("GET", pathOf(userId), undefined, window);
    if (answer.status === 404) return false;
    this.#expect(answer, "to look at an account");
    const user = parseUser(answer.body);
    if (user.enabled !== isEnabled) this.#expect(await this.#admin.request("PUT", pathOf(userId), { ...user, enabled: isEnabled }, window), "to change an account");
    return true;
  }

  async loginSessionsOf(userId: string, window: WorkWindow): Promise<string[]> {
    const account = await this.#admin.request("GET", pathOf(userId), undefined, window);
    if (account.status === 404) return [];
    this.#expect(account, "to look at an account");
    if (!parseUser(account.body).enabled) return [];
    const sessions = await this.#admin.request("GET", `${pathOf(userId)}/sessions`, undefined, window);
    if (sessions.status === 404) return [];
    this.#expect(sessions, "to look at the logins of a person");
    return z.array(z.object({ id: z.string() })).parse(JSON.parse(sessions.body)).map(({ id }) => id);
  }

  async realmRolesOf(userId: string, window: WorkWindow): Promise<string[]> {
    const answer = await this.#admin.request("GET", `${pathOf(userId)}/role-mappings/realm/composite`, undefined, window);
    if (answer.status === 404) return [];
    this.#expect(answer, "to look at the roles of a person");
    return z.array(z.object({ name: z.string() })).parse(JSON.parse(answer.body)).map(({ name }) => name);
  }

  async findPerson(email: string, window: WorkWindow): Promise<KnownPerson | undefined> {
    const user = await this.#findByEmail(email, window);
    return user && toKnownPerson(user);
  }

  async holdersOf(role: PlatformRole, most: number, window: WorkWindow): Promise<KnownPerson[]> {
    const answer = await this.#admin.request("GET", `/roles/${role}/users?briefRepresentation=false&max=${most}`, undefined, window);
    // A realm without the role has nobody who holds it.
    if (answer.status === 404) return [];
    this.#admin.expectSuccess(answer, `to tell who holds the role ${role}`);
    return z.array(userSchema).parse(JSON.parse(answer.body)).filter(({ email }) => email !== undefined).map(toKnownPerson);
  }

  async setPlatformRoles(userId: string, roles: readonly PlatformRole[], window: WorkWindow): Promise<void> {
    const path = `${pathOf(userId)}/role-mappings/realm`;
    const list = async (what: string) => {
      const answer = await this.#admin.request("GET", what, undefined, window);
      this.#expect(answer, "to look at the roles of a person");
      return z.array(roleSchema).parse(JSON.parse(answer.body)).filter(({ name }) => (platformRoles as readonly string[]).includes(name));
    };
    const tooMany = (await list(path)).filter(({ name }) => !(roles as readonly string[]).includes(name));
    if (tooMany.length > 0) this.#expect(await this.#admin.request("DELETE", path, tooMany, window), "to take a role away");
    const missing = (await list(`${path}/available`)).filter(({ name }) => (roles as readonly string[]).includes(name));
    if (missing.length > 0) this.#expect(await this.#admin.request("POST", path, missing, window), "to give a role");
  }

  async #read(userId: string, window: WorkWindow): Promise<User> {
    const answer = await this.#admin.request("GET", pathOf(userId), undefined, window);
    this.#expect(answer, "to look at an account");
    return parseUser(answer.body);
  }

  async #findByEmail(email: string, window: WorkWindow): Promise<User | undefined> {
    const answer = await this.#admin.request("GET", `/users?exact=true&briefRepresentation=false&email=${encodeURIComponent(email)}`, undefined, window);
    this.#expect(answer, "to look for an account");
    return z.array(userSchema).parse(JSON.parse(answer.body)).find((user) => user.email === email);
  }

  #expect(answer: KeycloakAnswer, what: string): void {
    if (answer.status === 404) throw new PostroomError({ code: "not-found", message: "The person's account is gone from Keycloak. Remove the member and invite the person again." });
    this.#admin.expectSuccess(answer, what);
  }
}

function toKnownPerson({ id, email, firstName, lastName }: User): KnownPerson {
  return { userId: id, email: email ?? "", name: [firstName, lastName].filter((part) => part !== undefined && part !== "").join(" ") };
}

function pathOf(userId: string): string {
  return `/users/${encodeURIComponent(userId)}`;
}

function parseUser(body: string): User {
  return userSchema.parse(JSON.parse(body));
}
