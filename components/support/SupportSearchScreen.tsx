"use client";
import { Card, CardBody, CardTitle, EmptyState, EmptyStateBody, PageSection, Skeleton } from "@patternfly/react-core";
import { SearchIcon } from "@patternfly/react-icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { maxFoundOfANoun, minSearchCharacters } from "#contracts/support/support.ts";
import { Delayed } from "#components/feedback/Delayed.tsx";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { DelayedSearch } from "#components/form/DelayedSearch.tsx";
import { AppLink } from "#components/frame/AppLink.tsx";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { useUrlView } from "#components/frame/url-view.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { groupsOf } from "./found-groups.ts";
import { searchCodec } from "./support-view.ts";
import styles from "./support.module.css";

const searchDelayMs = 250;

/** Finds whatever has the words in its name, in all tenants. */
export function SupportSearchScreen() {
  const [{ text }, show] = useUrlView(searchCodec);
  const isAsked = text.length >= minSearchCharacters;
  const { data, isError, error } = useQuery({ ...useTRPC().support.search.queryOptions({ text }), enabled: isAsked, placeholderData: keepPreviousData });
  const groups = isAsked && data !== undefined ? groupsOf(data).filter(({ items }) => items.length > 0) : [];
  return (
    <>
      <ScreenHeader title="Search" lead="In all tenants: tenants, spaces, addresses, connections, credentials, container ids and error texts." />
      <PageSection hasBodyWrapper={false} isFilled aria-label="Found">
        <div className={styles.search}>
          <DelayedSearch label="Search in all tenants" placeholder="A part of a name, an id or an error text" value={text} delayMs={searchDelayMs} onSearch={(words) => show({ text: words })} />
        </div>
        {isError ? <InlineAlert variant="warning" title="That could not be searched">{toPublicError(error).message}</InlineAlert> : null}
        {isAsked && data === undefined && !isError ? <Delayed label="Searching"><Skeleton height="10rem" /></Delayed> : null}
        {isAsked && data !== undefined && groups.length === 0 ? (
          <EmptyState headingLevel="h2" titleText="Nothing matches" icon={SearchIcon} variant="sm"><EmptyStateBody>Nothing in any tenant has “{text}” in it.</EmptyStateBody></EmptyState>
        ) : null}
        {isAsked ? null : (
          <EmptyState headingLevel="h2" titleText="What are you looking for?" icon={SearchIcon} variant="sm"><EmptyStateBody>Type at least {minSearchCharacters} characters.</EmptyStateBody></EmptyState>
        )}
        <div className={styles.found} aria-live="polite">
          {groups.map(({ title, items }) => (
            <Card key={title} isCompact>
              <CardTitle component="h2">{title}</CardTitle>
              <CardBody>
                <ul className={styles.results}>
                  {items.slice(0, maxFoundOfANoun).map(({ key, href, name, detail }) => (
                    <li key={key}>
                      <AppLink href={href}>{name}</AppLink> <span className={styles.detail}>{detail}</span>
                    </li>
                  ))}
                  {items.length > maxFoundOfANoun ? <li className={styles.detail}>There are more. Type more of it to find them.</li> : null}
                </ul>
              </CardBody>
            </Card>
          ))}
        </div>
      </PageSection>
    </>
  );
}
