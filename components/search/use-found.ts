"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { isAllowed } from "#contracts/permissions.ts";
import { minSearchCharacters } from "#contracts/support/support.ts";
import { paths } from "#contracts/paths.ts";
import { useSpaceScope } from "#components/frame/route.ts";
import { useRoles, useSession } from "#components/frame/use-session.ts";
import { groupsOf } from "#components/support/found-groups.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { fittingPlaces, placesOf, type SearchItem } from "./places.ts";

export interface FoundGroup {
  readonly title: string;
  readonly items: readonly SearchItem[];
}

const maxOfAKind = 6;

/** What has these words in its name: pages and actions at once, things of the space in the URL and people as the server answers. */
export function useFound(words: string): { groups: FoundGroup[]; isSearching: boolean } {
  const trpc = useTRPC();
  const session = useSession();
  const roles = useRoles();
  const scope = useSpaceScope();
  const text = useDeferredValue(words);
  const isAsked = text.length >= minSearchCharacters;
  const isInSpace = scope.tenant !== "" && scope.space !== "";
  const addresses = useQuery({ ...trpc.addresses.list.queryOptions({ ...scope, search: text, limit: maxOfAKind }), enabled: isAsked && isInSpace, placeholderData: keepPreviousData });
  const connections = useQuery({ ...trpc.connections.list.queryOptions({ ...scope, search: text, limit: maxOfAKind }), enabled: isAsked && isInSpace, placeholderData: keepPreviousData });
  const members = useQuery({ ...trpc.members.list.queryOptions({ tenant: scope.tenant }), enabled: isAsked && scope.tenant !== "" && isAllowed(roles, "member:read") });
  const everywhere = useQuery({ ...trpc.support.search.queryOptions({ text }), enabled: isAsked && isAllowed(session.platformRoles, "platform-statistics:read"), placeholderData: keepPreviousData });
  const groups: FoundGroup[] = [];
  if (isAsked) {
    groups.push({ title: "Addresses", items: (addresses.data?.items ?? []).map(({ name, type }) => ({ id: `address-${name}`, href: paths.address(scope.tenant, scope.space, name), name, detail: type })) });
    groups.push({
      title: "Connections",
      items: (connections.data?.items ?? []).map(({ id, container, login, remoteAddress }) => ({ id, href: paths.connection(scope.tenant, scope.space, id), name: container === "" ? login : container, detail: `${login}, ${remoteAddress}` })),
    });
    const people = (members.data ?? []).filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(text.toLowerCase())).slice(0, maxOfAKind);
    groups.push({ title: "People", items: people.map(({ id, name, email, role }) => ({ id, href: paths.members(scope.tenant), name: name === "" ? email : name, detail: `${email}, ${role}` })) });
    const across = everywhere.data === undefined ? [] : groupsOf(everywhere.data);
    groups.push(...across.map(({ title, items }) => ({ title: `${title} of all tenants`, items: items.slice(0, maxOfAKind).map((item) => ({ ...item, id: `${title}-${item.key}` })) })));
  }
  const places = fittingPlaces(placesOf(session, scope, roles), words);
  const found = [...groups, { title: "Pages", items: places.pages }, { title: "Actions", items: places.actions }].filter(({ items }) => items.length > 0);
  return { groups: found, isSearching: [addresses, connections, members, everywhere].some(({ isFetching }) => isFetching) };
}
