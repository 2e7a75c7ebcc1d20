/**
 * The option `tls` in Node's own form. It is prepared once for each client, so no attempt has to read certificates
 * again.
 */

import { createSecureContext, type PeerCertificate, type SecureContext } from "node:tls";
import { isNativeError } from "node:util/types";
import { InvalidArgumentError } from "@mqtt5/core";
import { toPlatformBytes } from "../platform/to-platform-bytes.js";
import type { TlsMaterial, TlsOptions } from "../options/tls-options.js";

/** The options for `tls.connect`, without host and port. */
export interface TlsSettings {
  /** The certificates and keys. */
  readonly secureContext: SecureContext;
  /** True refuses a server with a certificate that is not trusted. */
  readonly rejectUnauthorized: boolean;
  /** The name to check and to send (SNI). It is absent if the host of the URL is used. */
  readonly servername?: string;
  /** The protocols to offer through ALPN. */
  readonly ALPNProtocols?: string[];
  /** The application's check of the certificate, guarded. */
  readonly checkServerIdentity?: (host: string, certificate: PeerCertificate) => Error | undefined;
}

/**
 * Returns Node's form of the TLS options. `field` is the path of the option, for the error.
 *
 * @throws {InvalidArgumentError} Certificates and keys cannot be read or do not belong together, or
 * `checkServerIdentity` is given although `rejectUnauthorized` is false.
 */
export function toTlsSettings(options: TlsOptions, field = "tls"): TlsSettings {
  const { servername, alpnProtocols, rejectUnauthorized = true, checkServerIdentity } = options;
  if (!rejectUnauthorized && checkServerIdentity) {
    throw new InvalidArgumentError({
      field: `${field}.rejectUnauthorized`,
      limit: "true where checkServerIdentity is given, which could refuse nothing",
    });
  }
  return {
    secureContext: toSecureContext(options, field),
    rejectUnauthorized,
    ...(servername === undefined ? {} : { servername }),
    ...(alpnProtocols ? { ALPNProtocols: [...alpnProtocols] } : {}),
    ...(checkServerIdentity ? { checkServerIdentity: guard(checkServerIdentity) } : {}),
  };
}

/**
 * Guards the application's check. Without the guard, Node would let an exception of the check end the process, and it
 * would treat any value as an error.
 */
function guard(check: NonNullable<TlsOptions["checkServerIdentity"]>): NonNullable<TlsOptions["checkServerIdentity"]> {
  return (host, certificate) => {
    try {
      const result: unknown = check(host, certificate);
      return result === undefined || isNativeError(result)
        ? result
        : new TypeError("checkServerIdentity gave neither undefined nor an error");
    } catch (cause) {
      return isNativeError(cause) ? cause : new Error("checkServerIdentity threw", { cause });
    }
  };
}

/** Reads certificates and keys. Throws an `InvalidArgumentError` if that fails. */
function toSecureContext({ ca, cert, key, pfx, passphrase }: TlsOptions, field: string): SecureContext {
  // Node would take a path as `ca` without a word, and trust nobody.
  for (const [name, material] of Object.entries({ ca, cert, key })) {
    if (material !== undefined && toMaterial(material).some(isPath)) {
      throw new InvalidArgumentError({
        field: `${field}.${name}`,
        limit: "the content of a file in PEM, not its path: read the file first, for instance with readFileSync",
      });
    }
  }
  try {
    return createSecureContext({
      ...(ca === undefined ? {} : { ca: toMaterial(ca) }),
      ...(cert === undefined ? {} : { cert: toMaterial(cert) }),
      ...(key === undefined ? {} : { key: toMaterial(key) }),
      ...(pfx === undefined ? {} : { pfx: toContent(pfx) }),
      ...(passphrase === undefined ? {} : { passphrase }),
    });
  } catch (error) {
    const reason = isNativeError(error) ? error.message : String(error);
    throw new InvalidArgumentError({
      field,
      limit: `certificates and keys that can be read and belong together (${reason})`,
    });
  }
}

/** Returns true for a text that looks like the path of a file: one short line, which PEM never is. */
function isPath(content: string | Buffer): boolean {
  return typeof content === "string" && /^[^\r\n]{1,1024}$/.test(content) && !content.includes("-----BEGIN");
}

/** Returns Node's form of one file or several. */
function toMaterial(material: TlsMaterial): (string | Buffer)[] {
  const parts = typeof material === "string" || material instanceof Uint8Array ? [material] : material;
  return parts.map(toContent);
}

/** Returns Node's form of one file. */
function toContent(content: string | Uint8Array): string | Buffer {
  return typeof content === "string" ? content : toPlatformBytes(content);
}
