import type { AddressType } from "#contracts/addresses/address-type.ts";
import styles from "./type-picture.module.css";

interface Path {
  readonly d: string;
  readonly delay: number;
}

/** Ways of the moving messages, and where still ones wait. Producers stand left, consumers right. */
const pictures: Record<AddressType, { paths: readonly Path[]; waiting: boolean }> = {
  queue: {
    waiting: true,
    paths: [
      { d: "M22 22 L80 40 L138 14", delay: 0 },
      { d: "M22 58 L80 40 L138 40", delay: 1 },
      { d: "M22 22 L80 40 L138 66", delay: 2 },
    ],
  },
  topic: {
    waiting: true,
    paths: [
      { d: "M22 40 L80 40 L138 14", delay: 0 },
      { d: "M22 40 L80 40 L138 40", delay: 0 },
      { d: "M22 40 L80 40 L138 66", delay: 0 },
    ],
  },
  subscription: {
    waiting: true,
    paths: [
      { d: "M22 40 L80 40 L138 14", delay: 0 },
      { d: "M22 40 L80 40 L138 40", delay: 1 },
      { d: "M22 40 L80 40 L138 66", delay: 2 },
    ],
  },
  anycast: {
    waiting: false,
    paths: [
      { d: "M22 22 L138 14", delay: 0 },
      { d: "M22 58 L138 66", delay: 1.5 },
    ],
  },
  multicast: {
    waiting: false,
    paths: [
      { d: "M22 40 L138 14", delay: 0 },
      { d: "M22 40 L138 40", delay: 0 },
      { d: "M22 40 L138 66", delay: 0 },
    ],
  },
};

/** How messages travel through an address of this type, as a small moving picture; it stands still for who wants that. */
export function TypePicture({ type }: { type: AddressType }) {
  const { paths, waiting } = pictures[type];
  const producers = [...new Set(paths.map(({ d }) => Number(d.split(" ")[1]?.replace(/L.*/, ""))))];
  const consumers = [...new Set(paths.map(({ d }) => Number(d.split(" ").at(-1))))];
  return (
    <svg viewBox="0 0 160 80" className={styles.picture} aria-hidden>
      {paths.map(({ d }) => (
        <path key={d} d={d} className={styles.way} />
      ))}
      {producers.map((y) => (
        <rect key={y} x="8" y={y - 6} width="14" height="12" rx="3" className={styles.program} />
      ))}
      {consumers.map((y) => (
        <rect key={y} x="138" y={y - 6} width="14" height="12" rx="3" className={styles.program} />
      ))}
      {waiting ? (
        <g>
          <rect x="62" y="26" width="36" height="28" rx="6" className={styles.store} />
          <path d={type === "queue" || type === "subscription" ? "M71 33v14M78 33v14M85 33v14" : "M70 34h20M70 40h20M70 46h20"} className={styles.shelf} />
        </g>
      ) : (
        <circle cx="80" cy="40" r="15" className={styles.door} />
      )}
      {paths.map(({ d, delay }) => (
        <circle key={`message ${d}`} r="4" className={styles.message} style={{ offsetPath: `path("${d}")`, animationDelay: `${delay}s` }} />
      ))}
    </svg>
  );
}
