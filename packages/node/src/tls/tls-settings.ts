/** The options of TLS as Node takes them, made once a client: reading certificates and keys is not for each attempt. */

import { createSecureContext, type PeerCertificate, type SecureContext } from "node:tls";
import { isNativeError } from "node:util/types";
import { InvalidArgumentError } from "@mqtt5/core";
import { toPlatformBytes } from "../platform/to-platform-bytes.js";
import type { TlsMaterial, TlsOptions } from "../options/tls-options.js";

/** What `tls.connect` is given beside host and port. */
export interface TlsSettings {
  readonly secureContext: SecureContext;
  readonly rejectUnauthorized: boolean;
  readonly servername?: string;
  readonly ALPNProtocols?: string[];
  readonly checkServerIdentity?: (host: string, certificate: PeerCertificate) => Error | undefined;
}

/** Throws an `InvalidArgumentError` for certificates and keys that cannot be read or do not belong together. */
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

/** Node lets a throw of this function end the process, and takes whatever it gives for an error. */
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

function toSecureContext({ ca, cert, key, pfx, passphrase }: TlsOptions, field: string): SecureContext {
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

function toMaterial(material: TlsMaterial): (string | Buffer)[] {
  const parts = typeof material === "string" || material instanceof Uint8Array ? [material] : material;
  return parts.map(toContent);
}

function toContent(content: string | Uint8Array): string | Buffer {
  return typeof content === "string" ? content : toPlatformBytes(content);
}
