/** The TLS settings of each attempt: those of the option, or those that the application's function supplies. */

import { afterwards } from "@mqtt5/core/adapter";
import { checkTlsOptions, type TlsOptions, type TlsOptionsProvider } from "../options/tls-options.js";
import { type TlsSettings, toTlsSettings } from "./tls-settings.js";

/** Gives the settings of an attempt. It throws or rejects if the function of the application does. */
export type TlsSource = (attempt: number) => TlsSettings | PromiseLike<TlsSettings>;

/**
 * Returns the source for a value of the option `tls`. Certificates of an object are read at the first call only.
 *
 * The source throws an `InvalidArgumentError` for options that cannot be used.
 */
export function makeTlsSource(tls: TlsOptions | TlsOptionsProvider = {}): TlsSource {
  if (typeof tls === "function") {
    return (attempt) =>
      afterwards(tls(attempt), (options) => {
        checkTlsOptions(options, "tls()");
        return toTlsSettings(options, "tls()");
      });
  }
  let settings: TlsSettings | undefined;
  return () => (settings ??= toTlsSettings(tls));
}
