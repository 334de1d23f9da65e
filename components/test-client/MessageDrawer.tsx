"use client";
import { Button, DrawerActions, DrawerCloseButton, DrawerHead, DrawerPanelBody, DrawerPanelContent, Flex, Form, FormGroup, TextArea, Title, ToggleGroup, ToggleGroupItem } from "@patternfly/react-core";
import { type ReactNode, useCallback, useId, useRef, useState, useSyncExternalStore } from "react";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { formatBytes } from "#contracts/plans/quota-sentences.ts";
import { formatMoment } from "#components/feedback/moment.ts";
import { JsonTree } from "./JsonTree.tsx";
import { type DetailBody, detailOfMessage, draftOfMessage, type MessageDetail } from "./message-detail.ts";
import { emptyDraft, type MessageDraft } from "./message-draft.ts";
import { OutcomeLabel } from "./OutcomeLabel.tsx";
import { saveAs } from "./save-as.ts";
import { formatMs, titleOfSent } from "./SentRow.tsx";
import { type ShownMessage, useWorkbench } from "./workbench-context.ts";
import { XmlText } from "./XmlText.tsx";
import drawer from "./drawer.module.css";
import styles from "./test-client.module.css";

const maxShownCharacters = 256 * 1024;

/** One message with everything that is known of it, and what can be done with it. */
export function MessageDrawer({ shown, onClose }: { shown: ShownMessage; onClose: () => void }) {
  const heading = useId();
  return (
    <DrawerPanelContent isResizable defaultSize="34rem" minSize="18rem" className={drawer.drawer} focusTrap={{ enabled: false }}>
      <section aria-labelledby={heading} onKeyDown={(event) => event.key === "Escape" && onClose()}>
        <DrawerHead>
          <Title headingLevel="h2" size="lg" id={heading} tabIndex={-1} ref={(element) => element?.focus({ preventScroll: true })}>{shown.kind === "sent" ? "Sent message" : "Received message"}</Title>
          <DrawerActions>
            <DrawerCloseButton onClick={onClose} aria-label="Close the message" />
          </DrawerActions>
        </DrawerHead>
        <DrawerPanelBody>{shown.kind === "sent" ? <Sent shown={shown} /> : <Received shown={shown} onClose={onClose} />}</DrawerPanelBody>
      </section>
    </DrawerPanelContent>
  );
}

function entriesOf(values: MessageDraft["properties"]) {
  return values.map(({ name, type, value }) => ({ name, type, text: value }));
}

interface RowsOfClient<Row> {
  readonly snapshots: { readonly subscribe: (listener: () => void) => () => void };
  row(id: number): Row | undefined;
}

const neverChanges = () => () => undefined;

/** The row as it stands now, or, when it has gone out of view, as it was when it was opened. */
function useCurrentRow<Row extends { readonly id: number }>(opened: Row, client: RowsOfClient<Row> | undefined): Row {
  const look = useCallback(() => client?.row(opened.id) ?? opened, [client, opened]);
  return useSyncExternalStore(client?.snapshots.subscribe ?? neverChanges, look, look);
}

function Sent({ shown: { row: opened, address, client } }: { shown: Extract<ShownMessage, { kind: "sent" }> }) {
  const row = useCurrentRow(opened, client);
  const { draft } = row;
  const fields = Object.entries(draft).flatMap(([name, value]) => (typeof value === "string" && value !== "" && !["body", "format", "valueType"].includes(name) ? [{ name, type: "", text: value }] : []));
  return (
    <div className={drawer.drawerBody}>
      <p className={styles.line}>
        <OutcomeLabel outcome={row.outcome} /> {formatMoment(new Date(row.at))}{row.tookMs === undefined ? "" : `, settled after ${formatMs(row.tookMs)}`}
      </p>
      {row.reason === undefined ? null : <InlineAlert component="h3" variant="warning" title={`It was ${row.outcome}`}>{row.reason}</InlineAlert>}
      <Again address={address} draft={draft} />
      <pre className={styles.body} tabIndex={0} aria-label="Body as it was typed">{draft.body.slice(0, maxShownCharacters) || titleOfSent(row)}</pre>
      <Entries title="As it was typed" entries={[{ name: "message id", type: "", text: row.messageId }, ...fields]} />
      <Entries title="Application properties" entries={entriesOf(draft.properties)} />
      <Entries title="Message annotations" entries={entriesOf(draft.annotations)} />
      <Entries title="Delivery annotations" entries={entriesOf(draft.deliveryAnnotations)} />
      <Entries title="Footer" entries={entriesOf(draft.footer)} />
      {row.line === undefined ? null : <p className={styles.subtle}>Made with the line {row.line.line.slice(0, 500)}</p>}
    </div>
  );
}

function Again({ address, draft }: { address: string; draft: MessageDraft }) {
  const workbench = useWorkbench();
  return (
    <Flex>
      <Button size="sm" variant="secondary" onClick={() => workbench.sendAgain(address, draft)}>Send again</Button>
      <Button size="sm" variant="secondary" onClick={() => workbench.edit(address, draft)}>Edit and send again</Button>
    </Flex>
  );
}

function Received({ shown, onClose }: { shown: Extract<ShownMessage, { kind: "received" }>; onClose: () => void }) {
  const { address, client, options } = shown;
  const row = useCurrentRow(shown.row, client);
  const { arrived, settlement } = row;
  const settle =
    settlement === "open" && client !== undefined && options !== undefined ? (
      <Flex role="group" aria-label="Decide">
        {(["accepted", "released", "modified", "rejected"] as const).map((outcome) => (
          <Button key={outcome} size="sm" variant="secondary" isDanger={outcome === "rejected"} onClick={() => { client.settle(row.id, outcome, options); onClose(); }}>
            {{ accepted: "Accept", released: "Release", modified: "Modify", rejected: "Reject" }[outcome]}
          </Button>
        ))}
      </Flex>
    ) : null;
  const facts = (
    <p className={styles.line}>
      <OutcomeLabel outcome={settlement} /> {formatMoment(new Date(row.at))}, {formatBytes(arrived.sizeBytes)}{row.tookMs === undefined ? "" : `, reply after ${formatMs(row.tookMs)}`}
    </p>
  );
  if (arrived.refusal !== undefined) {
    return (
      <div className={drawer.drawerBody}>
        {facts}
        <InlineAlert component="h3" variant="warning" title="Cannot be displayed">
          This message arrived, but showing it could harm this page, so it was not decoded. {arrived.refusal}
          {arrived.bytes.length === 0 ? " It was too large for its bytes to be kept." : ""}
        </InlineAlert>
        {settle}
        {arrived.bytes.length === 0 ? null : <SaveButton name="message.amqp" bytes={arrived.bytes}>Save its bytes</SaveButton>}
      </div>
    );
  }
  const detail = detailOfMessage(arrived);
  return (
    <div className={drawer.drawerBody}>
      {facts}
      {settle}
      <Again address={address} draft={draftOfMessage(detail)} />
      <Body body={detail.body} raw={arrived.bytes} />
      {detail.replyTo === undefined ? null : <Reply key={row.id} shown={shown} detail={detail} replyTo={detail.replyTo} />}
      {detail.sections.map(({ title, entries }) => <Entries key={title} title={title} entries={entries} />)}
    </div>
  );
}

function Body({ body, raw }: { body: DetailBody; raw: Uint8Array }) {
  const [view, setView] = useState<"read" | "raw" | "hex">("read");
  const isText = body.format !== "hex";
  const file = { json: "body.json", xml: "body.xml", text: "body.txt", hex: "body.bin" }[body.format];
  return (
    <div>
      <Flex justifyContent={{ default: "justifyContentSpaceBetween" }} alignItems={{ default: "alignItemsCenter" }}>
        <span className={styles.subtle}>Body: {body.kind}{body.text.length > maxShownCharacters ? ", cut" : ""}</span>
        <ToggleGroup isCompact aria-label="How the body is shown">
          {body.format === "json" || body.format === "xml" ? <ToggleGroupItem text={body.format === "json" ? "Tree" : "Formatted"} isSelected={view === "read"} onChange={() => setView("read")} /> : null}
          {isText ? <ToggleGroupItem text="Text" isSelected={view === "raw" || (view === "read" && body.format === "text")} onChange={() => setView("raw")} /> : null}
          <ToggleGroupItem text="Hex" isSelected={view === "hex" || !isText} onChange={() => setView("hex")} />
        </ToggleGroup>
      </Flex>
      <div className={styles.body} tabIndex={0} role="group" aria-label="Body">
        {view === "hex" || !isText ? <HexLines bytes={body.bytes} />
        : view === "read" && body.format === "json" ? <JsonTree value={body.json} isOpen />
        : view === "read" && body.format === "xml" ? <XmlText text={body.text.slice(0, maxShownCharacters)} />
        : body.text.slice(0, maxShownCharacters)}
      </div>
      <Flex>
        <Button size="sm" variant="link" isInline onClick={() => void navigator.clipboard.writeText(body.text)}>Copy the body</Button>
        <SaveButton name={file} bytes={body.bytes}>Save the body</SaveButton>
        <SaveButton name="message.amqp" bytes={raw}>Save the whole message</SaveButton>
      </Flex>
    </div>
  );
}

const hexLineBytes = 16;
const maxHexLines = 1_024;

function HexLines({ bytes }: { bytes: Uint8Array }) {
  const lines = Array.from({ length: Math.min(maxHexLines, Math.ceil(bytes.length / hexLineBytes)) }, (_, index) => {
    const part = [...bytes.subarray(index * hexLineBytes, (index + 1) * hexLineBytes)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
    return `${(index * hexLineBytes).toString(16).padStart(6, "0")}  ${hex.padEnd(hexLineBytes * 3)} ${text}`;
  });
  return <>{lines.join("\n")}{bytes.length > maxHexLines * hexLineBytes ? "\n…" : ""}</>;
}

function SaveButton({ name, bytes, children }: { name: string; bytes: Uint8Array; children: ReactNode }) {
  return <Button size="sm" variant="link" isInline onClick={() => saveAs(name, bytes)}>{children}</Button>;
}

function Entries({ title, entries }: { title: string; entries: readonly { readonly name: string; readonly type: string; readonly text: string }[] }) {
  if (entries.length === 0) return null;
  return (
    <table className={styles.properties}>
      <caption>{title}</caption>
      <tbody>
        {entries.map(({ name, type, text }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{text}</td>
            <td className={drawer.type}>{type}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Reply({ shown, detail, replyTo }: { shown: Extract<ShownMessage, { kind: "received" }>; detail: MessageDetail; replyTo: string }) {
  const id = useId();
  const workbench = useWorkbench();
  const text = useRef<HTMLTextAreaElement>(null);
  const [outcome, setOutcome] = useState<{ text: string; isFault: boolean }>();
  const { client } = shown;
  const isTemporary = replyTo.startsWith("_reply.");
  const draft = (): MessageDraft => ({ ...emptyDraft(false), body: text.current?.value ?? "", correlationId: detail.correlationId ?? "" });
  const send = () => {
    if (!isTemporary || client === undefined) return workbench.edit(replyTo, draft());
    setOutcome({ text: "Sending …", isFault: false });
    client.reply(replyTo, draft()).then(
      (settled) => setOutcome({ text: `The reply was ${settled}.`, isFault: settled !== "accepted" }),
      (error: unknown) => setOutcome({ text: error instanceof Error ? error.message : "The reply could not be sent.", isFault: true }),
    );
  };
  return (
    <Form onSubmit={(event) => { event.preventDefault(); send(); }}>
      <FormGroup label={isTemporary ? "Reply" : `Reply to ${replyTo}`} fieldId={id}>
        <TextArea id={id} ref={text} rows={2} resizeOrientation="vertical" />
      </FormGroup>
      <Flex>
        <Button size="sm" variant="secondary" type="submit">{isTemporary ? "Send the reply" : "Take it to a sender"}</Button>
        <span role="status" className={outcome?.isFault === true ? styles.reason : styles.subtle}>{outcome?.text}</span>
      </Flex>
    </Form>
  );
}
