/** The option `tls`, and its check. */

import type { PeerCertificate } from "node:tls";
import { type Check, checkBoolean, checkFunction, checkObject, checkString, type ChecksOf } from "@mqtt5/core/adapter";
import { InvalidArgumentError } from "@mqtt5/core";

/** The options of TLS. Their names and values are those of `tls.connect` of Node, where it has them. */
export interface TlsOptions {
  /** The certificates of the authorities to trust, in PEM. Default: the authorities that come with Node. */
  readonly ca?: TlsMaterial | undefined;

  /** The certificate chain of the client, in PEM. Default: no client certificate. */
  readonly cert?: TlsMaterial | undefined;

  /** The private key of `cert`, in PEM. Default: none. */
  readonly key?: TlsMaterial | undefined;

  /** The certificate chain and the private key in one file, PKCS #12. It replaces `cert` and `key`. Default: none. */
  readonly pfx?: string | Uint8Array | undefined;

  /** The passphrase of `key` or `pfx`. Default: none. */
  readonly passphrase?: string | undefined;

  /**
   * The protocols to offer through ALPN, in order of preference: at least one name, each of 1 to 255 bytes. Default: no
   * ALPN.
   */
  readonly alpnProtocols?: readonly string[] | undefined;

  /**
   * The name that the certificate of the server has to contain. The client also sends it to the server (SNI). Default:
   * the host of the URL.
   */
  readonly servername?: string | undefined;

  /**
   * Checks a server certificate that Node trusts. It replaces the check of the name. Default: `checkServerIdentity` of
   * `node:tls`.
   *
   * Return undefined to accept the server. Return an error, or throw one, to refuse it. To pin a certificate, call the
   * default first, then compare `fingerprint256` or `pubkey`.
   *
   * The constructor of the client throws an `InvalidArgumentError` if `rejectUnauthorized` is false, because nothing is
   * refused then.
   */
  readonly checkServerIdentity?: ((host: string, certificate: PeerCertificate) => Error | undefined) | undefined;

  /** True refuses a server with a certificate that is not trusted. Default true. Use false in tests only. */
  readonly rejectUnauthorized?: boolean | undefined;
}

/**
 * Supplies the TLS options for an attempt, for instance with renewed certificates. `attempt` counts from 1.
 *
 * If it throws or rejects, or returns options that cannot be used, the attempt fails in the phase `prepare`.
 */
export type TlsOptionsProvider = (attempt: number) => TlsOptions | Promise<TlsOptions>;

/** The content of one file, or of several files, as text or as bytes. */
export type TlsMaterial = string | Uint8Array | readonly (string | Uint8Array)[];

const isFileContent = (value: unknown): boolean => typeof value === "string" || value instanceof Uint8Array;

/** Accepts the content of one file. The error does not quote the value, because it may be a key. */
const checkFileContent: Check = (value, field) => {
  if (!isFileContent(value)) {
    throw new InvalidArgumentError({ field, limit: "the content of a file, as text or as bytes" });
  }
};

/** Accepts a value of {@link TlsMaterial}. */
const checkMaterial: Check = (value, field) => {
  const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const part of parts) {
    checkFileContent(part, field);
  }
};

/** The length of the longest name that ALPN can carry, in bytes (RFC 7301). */
const longestProtocolName = 255;

/** Accepts a list of names for ALPN. */
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

/** Accepts an object of {@link TlsOptions}. */
export const checkTlsOptions: Check = checkObject(checks);

/** Accepts a value of the option `tls`: an object of {@link TlsOptions}, or a function that supplies one. */
export const checkTls: Check = (value, field) => {
  if (typeof value !== "function") {
    checkTlsOptions(value, field);
  }
};
