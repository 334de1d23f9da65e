"use client";
import { Button, Card, CardBody, CardTitle, Content, DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm, FormGroup, FormSelect, FormSelectOption, PageSection, Radio, Stack, StackItem } from "@patternfly/react-core";
import { ExternalLinkAltIcon } from "@patternfly/react-icons";
import { useState, useSyncExternalStore } from "react";
import { authentication } from "#components/auth/authentication.ts";
import { chooseTimeZone, chosenTimeZone, formatMoment, systemTimeZone, timeZones } from "#components/feedback/moment.ts";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { chooseTheme, onThemeChange, readThemeChoice, themeChoices, type ThemeChoice } from "#components/frame/theme.ts";
import { useSession } from "#components/frame/use-session.ts";

const themeWords: Record<ThemeChoice, string> = { system: "As the system", light: "Light", dark: "Dark" };
const maxTenants = 50;

/** What is the person's own: roles, password and sessions (Keycloak's pages), theme, time zone. */
export function ProfileScreen() {
  const session = useSession();
  const theme = useSyncExternalStore<ThemeChoice>(onThemeChange, readThemeChoice, () => "system");
  const [{ zone, now }, setZone] = useState(() => ({ zone: chosenTimeZone(), now: new Date() }));
  const ownTenants = session.tenants.filter(({ roles }) => roles.some((role) => !(session.platformRoles as readonly string[]).includes(role)));
  const choose = (next: string) => {
    chooseTimeZone(next === "" ? undefined : next);
    setZone({ zone: chosenTimeZone(), now: new Date() });
  };
  return (
    <>
      <ScreenHeader title="Profile" lead={session.email} />
      <PageSection hasBodyWrapper={false} isFilled aria-label="Profile">
        <Stack hasGutter>
          <StackItem>
            <Card>
              <CardTitle component="h2">You</CardTitle>
              <CardBody>
                <DescriptionList isCompact orientation={{ sm: "horizontal" }}>
                  <Line term="Name">{session.name}</Line>
                  {session.platformRoles.length === 0 ? null : <Line term="On the platform">{session.platformRoles.join(", ")}</Line>}
                  {ownTenants.slice(0, maxTenants).map(({ slug, name, roles }) => <Line key={slug} term={`In ${name}`}>{roles.join(", ")}</Line>)}
                </DescriptionList>
              </CardBody>
            </Card>
          </StackItem>
          <StackItem>
            <Card>
              <CardTitle component="h2">Login</CardTitle>
              <CardBody>
                <Content component="p">Your account is kept by the login service. Its pages open in a new tab.</Content>
                <AccountLink page="signing-in">Password and second factor</AccountLink>{" "}
                <AccountLink page="device-activity">Sessions and devices</AccountLink>
              </CardBody>
            </Card>
          </StackItem>
          <StackItem>
            <Card>
              <CardTitle component="h2">This browser</CardTitle>
              <CardBody>
                <Stack hasGutter>
                  <StackItem>
                    <FormGroup role="radiogroup" label="Theme" fieldId="profile-theme">
                      {themeChoices.map((each) => <Radio key={each} id={`theme-${each}`} name="theme" label={themeWords[each]} isChecked={theme === each} onChange={() => chooseTheme(each)} />)}
                    </FormGroup>
                  </StackItem>
                  <StackItem>
                    <FormGroup label="Time zone" fieldId="profile-zone">
                      <FormSelect id="profile-zone" value={zone ?? ""} onChange={(_event, value) => choose(value)} aria-describedby="profile-zone-now">
                        <FormSelectOption value="" label={`As the system (${systemTimeZone()})`} />
                        {timeZones().map((each) => <FormSelectOption key={each} value={each} label={each} />)}
                      </FormSelect>
                      <Content component="small" id="profile-zone-now">It is {formatMoment(now)} there.</Content>
                    </FormGroup>
                  </StackItem>
                </Stack>
              </CardBody>
            </Card>
          </StackItem>
        </Stack>
      </PageSection>
    </>
  );
}

function Line({ term, children }: { term: string; children: string }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{term}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}

function AccountLink({ page, children }: { page: "signing-in" | "device-activity"; children: string }) {
  return (
    <Button variant="link" isInline component="a" href={authentication.accountUrl(page)} target="_blank" rel="noreferrer" icon={<ExternalLinkAltIcon />} iconPosition="end">
      {children}
    </Button>
  );
}
