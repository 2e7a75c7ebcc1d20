/**
 * The platform's globals that core may use, and of each only what it uses: text encoding, URLs, base64 and abort
 * signals.
 *
 * Core compiles without DOM and without Node types, so that nothing with time or I/O can slip in. What is declared here
 * exists, in this form, in every browser and runtime that the adapters support. Only core's own tsconfig reads this file.
 */

// Classes only, not types: Node's own declarations have no types of these names.
declare const TextEncoder: new () => {
  encode(input?: string): Uint8Array;
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
};

declare const TextDecoder: new (
  label?: "utf-8",
  options?: { fatal?: boolean; ignoreBOM?: boolean },
) => { decode(input?: ArrayBufferView): string };

interface URL {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
  readonly username: string;
  readonly password: string;
}
declare const URL: new (url: string) => URL;

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

declare const btoa: (data: string) => string;
declare const atob: (data: string) => string;
