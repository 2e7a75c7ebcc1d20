/** The servers of the option `url`: one, a list, or those that a function of the application supplies. */

import type { ServerUrl } from "../../ports/server-url.js";
import { checkString, refuseUnseen } from "../options/checks.js";
import type { ClientOptions, ServerUrlProvider } from "../options/client-options.js";
import { afterwards } from "../promise-like.js";
import { type FollowingRules, isSecure, parseFollowingUrl, parseServerUrl } from "./server-url.js";

/** Gives the server for an attempt, by its place in the list. It throws or rejects if a function does. */
export type ServerSource = (attempt: number, index: number) => ServerUrl | PromiseLike<ServerUrl>;

/**
 * Makes the source for the option `url`.
 *
 * @throws {InvalidArgumentError} a URL is invalid or has another scheme, or a list has URLs with and without TLS
 */
export function makeServerSource(url: ClientOptions["url"], rules: FollowingRules): ServerSource {
  if (typeof url === "function") {
    return makeFunctionSource(url, rules);
  }
  const servers =
    typeof url === "string"
      ? [parseServerUrl(url, rules.schemes)]
      : url.map((each, index) => parseServerUrl(each, rules.schemes, `url[${index}]`));
  checkSecurity(servers, rules);
  return (_, index) => servers[index] ?? refuseUnseen("url", "a list that does not change");
}

/** Refuses a list in which a server without TLS would follow one with TLS. */
function checkSecurity(servers: readonly ServerUrl[], { allowInsecure }: FollowingRules): void {
  const insecure = servers.findIndex((server) => !isSecure(server));
  if (!allowInsecure && insecure >= 0 && servers.some(isSecure)) {
    refuseUnseen(`url[${insecure}]`, "a URL with TLS, as others in the list are, unless allowInsecure is true");
  }
}

function makeFunctionSource(supply: ServerUrlProvider, rules: FollowingRules): ServerSource {
  const field = "url()";
  let last: ServerUrl | undefined;
  return (attempt) =>
    afterwards(supply(attempt), (url) => {
      checkString(url, field);
      last = last ? parseFollowingUrl(url, last, rules, field) : parseServerUrl(url, rules.schemes, field);
      return last;
    });
}
