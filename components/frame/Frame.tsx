"use client";
import {
  Masthead, MastheadBrand, MastheadContent, MastheadLogo, MastheadMain, MastheadToggle,
  Page, PageSidebar, PageSidebarBody, PageToggleButton, SkipToContent, Toolbar, ToolbarContent, ToolbarGroup, ToolbarItem,
} from "@patternfly/react-core";
import { QueryErrorResetBoundary } from "@tanstack/react-query";
import { type ReactNode, Suspense } from "react";
import { paths } from "#contracts/paths.ts";
import { ErrorBoundary } from "#components/feedback/ErrorBoundary.tsx";
import { OperationsButton } from "#components/operations/OperationsButton.tsx";
import { AppLink } from "./AppLink.tsx";
import { HealthDot } from "./HealthDot.tsx";
import { Navigation } from "./Navigation.tsx";
import { PersonMenu } from "./PersonMenu.tsx";
import { ProductMark } from "./ProductMark.tsx";
import { SearchEverything } from "./SearchEverything.tsx";
import { SpaceSwitcher } from "./SpaceSwitcher.tsx";
import { ThemeSwitch } from "./ThemeSwitch.tsx";
import styles from "./frame.module.css";

const mainId = "main";

function HomeLink(props: object) {
  return <AppLink {...props} href={paths.home()} aria-label="Postroom, start page" />;
}

/** The one frame around all screens: masthead, navigation, content. */
export function Frame({ children }: { children: ReactNode }) {
  const masthead = (
    <Masthead className={styles.masthead} display={{ default: "inline" }}>
      <MastheadMain>
        <MastheadToggle>
          <PageToggleButton isHamburgerButton aria-label="Navigation" />
        </MastheadToggle>
        <MastheadBrand>
          <MastheadLogo component={HomeLink} className={styles.logo}>
            <ProductMark />
            <span className={styles.productName}>Postroom</span>
          </MastheadLogo>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <Toolbar isStatic className={styles.tools}>
          <ToolbarContent>
            <ToolbarItem className={styles.switcher}>
              <Suspense fallback={null}>
                <SpaceSwitcher />
              </Suspense>
            </ToolbarItem>
            <ToolbarGroup align={{ default: "alignEnd" }} gap={{ default: "gapXs", md: "gapMd" }} className={styles.right}>
              <ToolbarItem>
                <SearchEverything />
              </ToolbarItem>
              <ToolbarItem>
                <Suspense fallback={null}>
                  <OperationsButton />
                </Suspense>
              </ToolbarItem>
              <ToolbarItem>
                <HealthDot />
              </ToolbarItem>
              <ToolbarItem className={styles.theme}>
                <ThemeSwitch />
              </ToolbarItem>
              <ToolbarItem>
                <Suspense fallback={null}>
                  <PersonMenu />
                </Suspense>
              </ToolbarItem>
            </ToolbarGroup>
          </ToolbarContent>
        </Toolbar>
      </MastheadContent>
    </Masthead>
  );
  const sidebar = (
    <PageSidebar>
      <PageSidebarBody>
        <Suspense fallback={null}>
          <Navigation />
        </Suspense>
      </PageSidebarBody>
    </PageSidebar>
  );
  return (
    <QueryErrorResetBoundary>
      <ErrorBoundary>
        <Page
          isManagedSidebar
          isContentFilled
          masthead={masthead}
          sidebar={sidebar}
          mainContainerId={mainId}
          skipToContent={<SkipToContent href={`#${mainId}`}>Skip to content</SkipToContent>}
        >
          <ErrorBoundary>
            <Suspense fallback={null}>{children}</Suspense>
          </ErrorBoundary>
        </Page>
      </ErrorBoundary>
    </QueryErrorResetBoundary>
  );
}
