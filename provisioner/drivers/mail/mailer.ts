import { createTransport } from "nodemailer";
import { PostroomError } from "#contracts/errors.ts";
import type { Env } from "../../env.ts";
import type { Limits } from "../../limits.ts";
import { PartAwayError } from "../../part-away-error.ts";
import type { WorkWindow } from "../../work-window.ts";

export interface Mail {
  /** Names it, so that one sent twice is known as the same. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

const title = "the mail server";
/** From here on an answer of a mail server is final (RFC 5321, 4.2.1). */
const permanentFailure = 500;
const isLocal = (host: string): boolean => ["localhost", "127.0.0.1", "[::1]"].includes(host);

/** Sends e-mail over the operator's SMTP server, one connection for each. */
export class Mailer {
  readonly #url: URL | null;
  readonly #from: string;
  readonly #limits: Limits["mail"];

  constructor({ SMTP_URL, MAIL_FROM }: Pick<Env, "SMTP_URL" | "MAIL_FROM">, limits: Limits["mail"]) {
    this.#url = SMTP_URL;
    this.#from = MAIL_FROM;
    this.#limits = limits;
  }

  /**
   * The server has taken the mail when this resolves. A password is never sent without TLS, but to this machine.
   * @throws PartAwayError when it did not answer or refused for now, PostroomError `invalid-input` when it refused for good
   */
  async send({ id, to, subject, text }: Mail, window: WorkWindow): Promise<void> {
    const url = this.#url;
    if (url === null) throw new PostroomError({ code: "invalid-input", message: "The provisioner has no mail server. Who runs this installation should set SMTP_URL, or INVITATIONS_BY_MAIL to false." });
    const { stepMs } = this.#limits;
    const auth = url.username === "" ? undefined : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
    const transport = createTransport({
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port === "" ? (url.protocol === "smtps:" ? 465 : 587) : Number(url.port),
      secure: url.protocol === "smtps:",
      requireTLS: auth !== undefined && !isLocal(url.hostname),
      // A certificate of this machine's own server is not checked, as nobody stands in between.
      tls: { rejectUnauthorized: !isLocal(url.hostname) },
      auth,
      connectionTimeout: stepMs,
      greetingTimeout: stepMs,
      socketTimeout: stepMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const close = (): void => transport.close();
    window.signal.addEventListener("abort", close, { once: true });
    try {
      await transport.sendMail({ from: this.#from, to, subject, text, messageId: `<${id}@postroom>`, headers: { "Auto-Submitted": "auto-generated" } });
    } catch (cause) {
      const { responseCode, message } = cause as { responseCode?: number; message: string };
      if (responseCode !== undefined && responseCode >= permanentFailure) {
        throw new PostroomError({ code: "invalid-input", message: `The mail server refused the mail to ${to} (${responseCode}). Check the address, or ask who runs this installation.` }, { cause });
      }
      throw new PartAwayError(title, responseCode === undefined ? `does not answer (${message})` : `cannot take the mail now (${responseCode})`, "unavailable", { cause });
    } finally {
      window.signal.removeEventListener("abort", close);
      transport.close();
    }
  }
}
