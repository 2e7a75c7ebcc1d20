/** The options of TLS as Node takes them, made once a client: reading certificates and keys is not for each attempt. */

import { createSecureContext, type SecureContext } from "node:tls";
import { InvalidArgumentError } from "@mqtt5/core";
import { toPlatformBytes } from "./to-platform-bytes.js";
import type { TlsMaterial, TlsOptions } from "./tls-options.js";

/** What `tls.connect` is given beside host and port. */
export interface TlsSettings {
  readonly secureContext: SecureContext;
  readonly rejectUnauthorized: boolean;
  readonly servername?: string;
  readonly ALPNProtocols?: string[];
}

/** Throws an `InvalidArgumentError` for certificates and keys that cannot be read or do not belong together. */
export function toTlsSettings(options: TlsOptions): TlsSettings {
  const { servername, alpnProtocols, rejectUnauthorized } = options;
  return {
    secureContext: toSecureContext(options),
    rejectUnauthorized: rejectUnauthorized ?? true,
    ...(servername === undefined ? {} : { servername }),
    ...(alpnProtocols === undefined ? {} : { ALPNProtocols: [...alpnProtocols] }),
  };
}

function toSecureContext({ ca, cert, key, pfx, passphrase }: TlsOptions): SecureContext {
  try {
    return createSecureContext({
      ...(ca === undefined ? {} : { ca: toMaterial(ca) }),
      ...(cert === undefined ? {} : { cert: toMaterial(cert) }),
      ...(key === undefined ? {} : { key: toMaterial(key) }),
      ...(pfx === undefined ? {} : { pfx: toContent(pfx) }),
      ...(passphrase === undefined ? {} : { passphrase }),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidArgumentError({
      field: "tls",
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
