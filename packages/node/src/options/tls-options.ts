/** The options of TLS, for `mqtts:` and `wss:`. */

import type { PeerCertificate } from "node:tls";
import { type Check, checkBoolean, checkFunction, checkObject, checkString, type ChecksOf } from "@mqtt5/core/adapter";
import { InvalidArgumentError } from "@mqtt5/core";

/** TLS under the connection; the names and forms are those of `tls.connect` of Node where it has them. */
export interface TlsOptions {
  /** Certificates of authorities to trust, PEM; default: those that come with Node. */
  readonly ca?: TlsMaterial | undefined;

  /** The client's certificate chain, PEM. */
  readonly cert?: TlsMaterial | undefined;

  /** The private key to `cert`, PEM. */
  readonly key?: TlsMaterial | undefined;

  /** Certificate chain and key in one, PKCS #12; in place of `cert` and `key`. */
  readonly pfx?: string | Uint8Array | undefined;

  /** What `key` or `pfx` is encrypted with. */
  readonly passphrase?: string | undefined;

  /** Protocols to offer through ALPN, in order of preference; default: no ALPN. */
  readonly alpnProtocols?: readonly string[] | undefined;

  /** The name that the server's certificate has to bear, and that it is told (SNI); default: the host of the URL. */
  readonly servername?: string | undefined;

  /**
   * Judges the certificate of a server, once it is trusted, in place of the check of its name; default:
   * `checkServerIdentity` of `node:tls`. Gives undefined to accept, or an error, which refuses the server as a throw
   * does. To pin a certificate, call the default first, then compare `fingerprint256` or `pubkey`. Not to be had with
   * `rejectUnauthorized: false`, under which nothing is refused.
   */
  readonly checkServerIdentity?: ((host: string, certificate: PeerCertificate) => Error | undefined) | undefined;

  /** Whether a server whose certificate is not trusted is refused; default true. False is for tests alone. */
  readonly rejectUnauthorized?: boolean | undefined;
}

/** One file's content, or several. */
export type TlsMaterial = string | Uint8Array | readonly (string | Uint8Array)[];

const isFileContent = (value: unknown): boolean => typeof value === "string" || value instanceof Uint8Array;

/** The value is not quoted in the error: it may be a key. */
const checkFileContent: Check = (value, field) => {
  if (!isFileContent(value)) {
    throw new InvalidArgumentError({ field, limit: "the content of a file, as text or as bytes" });
  }
};

const checkMaterial: Check = (value, field) => {
  const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const part of parts) {
    checkFileContent(part, field);
  }
};

/** The longest name that ALPN can carry, in bytes (RFC 7301). */
const longestProtocolName = 255;

const checkProtocols: Check = (value, field) => {
  const isName = (name: unknown): boolean =>
    typeof name === "string" && name !== "" && Buffer.byteLength(name) <= longestProtocolName;
  if (!Array.isArray(value) || value.length === 0 || !value.every(isName)) {
    throw new InvalidArgumentError({ field, value, limit: "a list of names of 1 to 255 bytes" });
  }
};

const checks: ChecksOf<TlsOptions> = {
  ca: checkMaterial,
  cert: checkMaterial,
  key: checkMaterial,
  pfx: checkFileContent,
  passphrase: checkString,
  alpnProtocols: checkProtocols,
  servername: checkString,
  checkServerIdentity: checkFunction,
  rejectUnauthorized: checkBoolean,
};

export const checkTlsOptions: Check = checkObject(checks);
