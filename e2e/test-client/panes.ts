import { expect, type Locator, type Page } from "@playwright/test";

/** A pane by its name. */
export const pane = (page: Page, name: string): Locator => page.getByRole("region", { name, exact: true });

/** The line that says how a pane's link stands. */
export const link = (page: Page, name: string): Locator => page.getByRole("status", { name: `${name} link`, exact: true });

export const sent = (page: Page, name = "Send"): Locator => pane(page, name).getByRole("list", { name: "Sent messages" }).getByRole("listitem");

export const received = (page: Page, name = "Receive"): Locator => pane(page, name).getByRole("list", { name: "Received messages" }).getByRole("listitem");

export const start = (page: Page, name = "Receive"): Promise<void> => pane(page, name).getByRole("button", { name: "Start receiving" }).click();

export const stop = (page: Page, name = "Receive"): Promise<void> => pane(page, name).getByRole("button", { name: "Stop receiving" }).click();

export const send = (page: Page, name = "Send"): Promise<void> => pane(page, name).getByRole("button", { name: "Send", exact: true }).click();

export const body = (page: Page, name = "Send"): Locator => pane(page, name).getByRole("textbox", { name: "Body" });

/** How many messages a receiver has shown, counted since its view was cleared. */
export const total = (page: Page, count: number, name = "Receive"): Promise<void> =>
  expect(pane(page, name).getByRole("heading", { name: new RegExp(`^${count} messages? received`) })).toBeVisible();

/** Opens what stands under *More* in a pane. */
export const openMore = (page: Page, name: string): Promise<void> => pane(page, name).getByRole("button", { name: /^More( options)?: / }).click();
