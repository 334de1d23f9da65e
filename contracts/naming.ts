import { z } from "zod";
import { addressNameKey } from "./addresses/address-name-key.ts";

/** Tenant and space slugs: 1 to 32 characters, lower case, as in a DNS label. */
export const slugSchema = z
  .string()
  .regex(
    /^[a-z](?:[-a-z0-9]{0,30}[a-z0-9])?$/,
    "Use 1 to 32 lower-case letters, digits and hyphens; start with a letter and do not end with a hyphen.",
  );

export const addressNameMaxCharacters = 253;

// Control and format characters (bidirectional marks, zero width), separators, lone surrogates:
// names that look alike or break a line must not differ.
const unprintable = /[\p{C}\p{Z}\s]/u;

// Letters that are drawn alike in these three: a word of both is a name that passes for another.
const mixedLetters = /\p{Script=Latin}\p{L}*[\p{Script=Cyrillic}\p{Script=Greek}]|[\p{Script=Cyrillic}\p{Script=Greek}]\p{L}*\p{Script=Latin}|\p{Script=Cyrillic}\p{L}*\p{Script=Greek}|\p{Script=Greek}\p{L}*\p{Script=Cyrillic}/u;
// Full-width forms, ligatures and the like, which NFC keeps.
const compatibilityForms = /[\uFB00-\uFB4F\uFF01-\uFF5E\u{1D400}-\u{1D7FF}]/u;

/**
 * Name of an address: 1 to 253 characters, NFC, no white space or invisible characters, none of `# * + : %`,
 * no word of letters that pass for others, not starting with `$`, `_` or `!`, and no empty word between separators.
 * `:` is refused because `a::b` is Artemis' fully qualified queue name, `%` because clients percent-encode.
 */
export const addressNameSchema = z
  .string()
  .min(1, "Give the address a name.")
  .max(addressNameMaxCharacters, `A name has at most ${addressNameMaxCharacters} characters.`)
  .refine((name) => !unprintable.test(name), "A name has no spaces, line breaks or invisible characters.")
  .refine((name) => !/[#*+:%\\]/.test(name), "A name has none of the characters # * + : % \\, which have a meaning in patterns and paths.")
  .refine((name) => !/^[$_!]/.test(name), "A name does not start with $, _ or !, which are kept for the system.")
  .refine(
    (name) => name === "" || name.split(/[./]/).every((word) => word !== ""),
    "A name has no empty word: no / or . at the start, at the end, or twice in a row.",
  )
  .refine((name) => name.normalize("NFC") === name, "Type the name with composed (NFC) characters.")
  .refine((name) => !mixedLetters.test(name) && !compatibilityForms.test(name), "A word has letters of one alphabet, not some of Latin, Greek or Cyrillic beside each other that look alike, and none in full width.");

/** A name or part of one that somebody looks for: need not be a valid name, but must be text that a database can hold. */
export const lookupTextSchema = z
  .string()
  .max(addressNameMaxCharacters, `A name has at most ${addressNameMaxCharacters} characters.`)
  .refine((text) => !text.includes("\0"), "A name has no NUL character.");

/** Names of credentials: like a slug, because they become part of a login. */
export const credentialNameSchema = slugSchema;

/** `<tenant>.<space>`: how gateways and brokers name an address space. Slugs hold no dot, so it is unambiguous. */
export function spaceId(tenantSlug: string, spaceSlug: string): string {
  return `${tenantSlug}.${spaceSlug}`;
}

/** `<tenant>.<space>.<name>`: login of an application, and the id of its Keycloak client. */
export function credentialLogin(tenantSlug: string, spaceSlug: string, credentialName: string): string {
  return `${tenantSlug}.${spaceSlug}.${credentialName}`;
}

/**
 * `<tenant>.<space>.<class>.<name with / as .>`: the address on a broker. The class is the short id of one set of plan
 * limits, so that one wildcard setting `*.*.<class>.#` serves all addresses of that set (design, section 6).
 */
export function brokerAddress(tenantSlug: string, spaceSlug: string, classId: string, addressName: string): string {
  return `${tenantSlug}.${spaceSlug}.${classId}.${addressNameKey(addressName)}`;
}

/**
 * `<address of its topic>::<queue>`: a subscription's durable queue, by the name that brokers take for one queue of a topic.
 * @param queueName of the form of {@link brokerAddress}
 */
export function subscriptionAddress(topicAddress: string, queueName: string): string {
  return `${topicAddress}::${queueName}`;
}

/** Topic and queue of a {@link subscriptionAddress}; undefined for the address of another type. */
export function partsOfSubscription(address: string): { topic: string; queue: string } | undefined {
  // No name holds a colon.
  const [topic, queue] = address.split("::");
  return topic === undefined || queue === undefined ? undefined : { topic, queue };
}

/** True when an exact name or a pattern with a trailing `*` (a prefix) covers the address name. */
export function patternCovers(pattern: string, addressName: string): boolean {
  const key = addressNameKey(addressName);
  const wanted = addressNameKey(pattern);
  return wanted.endsWith("*") ? key.startsWith(wanted.slice(0, -1)) : key === wanted;
}
