import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/**
 * A self-signed X.509 v3 certificate (RFC 5280) on a new P-256 key. Node has no certificate writer, and neither openssl
 * nor a full JDK need be on the machine, so the few DER structures are written here.
 * It is a CA of itself only because strict verifiers (Python 3.13, OpenSSL's x509_strict) want that of a trust anchor.
 * @param commonName subject and issuer.
 * @param dnsNames names clients may connect to; at least one.
 * @param ipAddresses raw addresses, 4 or 16 bytes each.
 * @param notAfter end of validity; it starts one day before `now`, for clocks that are behind.
 */
export function makeSelfSignedCertificate(
  commonName: string,
  dnsNames: readonly string[],
  ipAddresses: readonly Uint8Array[],
  now: Date,
  notAfter: Date,
): { certificate: string; privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const publicKeyInfo = publicKey.export({ type: "spki", format: "der" });
  const keyIdentifier = createHash("sha256").update(publicKeyInfo).digest().subarray(0, 20);
  const name = sequence(der(0x31, sequence(oid("2.5.4.3"), der(0x0c, Buffer.from(commonName)))));
  const signatureAlgorithm = sequence(oid("1.2.840.10045.4.3.2"));
  const serial = randomBytes(16);
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const alternativeNames = [
    ...dnsNames.map((dnsName) => der(0x82, Buffer.from(dnsName))),
    ...ipAddresses.map((address) => der(0x87, Buffer.from(address))),
  ];
  const extensions = [
    extension("2.5.29.19", true, sequence(der(0x01, Buffer.of(0xff)), der(0x02, Buffer.of(0)))),
    extension("2.5.29.15", true, der(0x03, Buffer.of(2, 0x84))),
    extension("2.5.29.37", false, sequence(oid("1.3.6.1.5.5.7.3.1"))),
    extension("2.5.29.17", false, sequence(...alternativeNames)),
    extension("2.5.29.14", false, der(0x04, keyIdentifier)),
    extension("2.5.29.35", false, sequence(der(0x80, keyIdentifier))),
  ];
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, serial),
    signatureAlgorithm,
    name,
    sequence(time(new Date(now.getTime() - 86_400_000)), time(notAfter)),
    name,
    publicKeyInfo,
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign("sha256", toBeSigned, privateKey);
  const certificate = sequence(toBeSigned, signatureAlgorithm, der(0x03, Buffer.concat([Buffer.of(0), signature])));
  const lines = certificate.toString("base64").replace(/.{64}/g, "$&\n").trimEnd();
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}

function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const length = [];
  for (let rest = body.length; rest > 0; rest >>= 8) length.unshift(rest & 0xff);
  const header = body.length < 0x80 ? [tag, body.length] : [tag, 0x80 | length.length, ...length];
  return Buffer.concat([Buffer.from(header), body]);
}

function sequence(...content: readonly Uint8Array[]): Buffer {
  return der(0x30, ...content);
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split(".").map(Number);
  const bytes = [];
  for (const arc of [first * 40 + second, ...others]) {
    const septets = [arc & 0x7f];
    for (let rest = arc >>> 7; rest > 0; rest >>>= 7) septets.unshift((rest & 0x7f) | 0x80);
    bytes.push(...septets);
  }
  return der(0x06, Buffer.from(bytes));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [der(0x01, Buffer.of(0xff))] : []), der(0x04, value));
}

// UTCTime before 2050, GeneralizedTime from then on (RFC 5280, section 4.1.2.5).
function time(date: Date): Buffer {
  const digits = `${date.toISOString().replace(/\D/g, "").slice(0, 14)}Z`;
  return date.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits));
}
