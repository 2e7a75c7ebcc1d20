/** One exchange of SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel binding. */

import { MqttError } from "../errors.js";
import type { ScramCrypto } from "./scram-platform.js";

/** The secrets and limits of an exchange. SASLprep has prepared the name and the password. */
export interface ScramSecrets {
  readonly username: string;
  readonly password: string;
  readonly minimumIterations: number;
  readonly maximumIterations: number;
}

/** An array that has its memory for itself. */
type Bytes = Uint8Array<ArrayBuffer>;

/** The header of an exchange without channel binding, and without another name to act for. */
const header = "n,,";

const serverFirstForm = /^r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z\d+/]+=*),i=([1-9]\d{0,9})(?:,|$)/;
const serverFinalForm = /^v=([A-Za-z\d+/]+=*)(?:,|$)/;

export class ScramExchange {
  readonly #subtle: ScramCrypto;
  readonly #secrets: ScramSecrets;
  readonly #nonce: string;
  readonly #clientFirstBare: string;
  #wasAnswered = false;
  #serverSignature: Bytes | undefined;

  constructor(subtle: ScramCrypto, secrets: ScramSecrets, nonce: string) {
    this.#subtle = subtle;
    this.#secrets = secrets;
    this.#nonce = nonce;
    const name = secrets.username.replaceAll("=", "=3D").replaceAll(",", "=2C");
    this.#clientFirstBare = `n=${name},r=${nonce}`;
  }

  /** The message that begins the exchange. */
  get clientFirst(): string {
    return header + this.#clientFirstBare;
  }

  /** Returns the proof that the client knows the password, for the challenge of the server. */
  async respond(serverFirst: string): Promise<string> {
    const [, nonce = "", salt = "", iterationText] = serverFirstForm.exec(serverFirst) ?? [];
    const iterations = Number(iterationText);
    const { minimumIterations, maximumIterations } = this.#secrets;
    if (this.#wasAnswered || salt === "") {
      throw failure("this is not the server's first message of SCRAM");
    }
    // With another nonce, the challenge was made for another exchange.
    if (!nonce.startsWith(this.#nonce) || nonce.length === this.#nonce.length) {
      throw failure("the server's nonce does not begin with ours");
    }
    // Few iterations make the password easy to guess for an eavesdropper. Many keep the processor busy.
    if (iterations < minimumIterations || iterations > maximumIterations) {
      const limits = `${minimumIterations} to ${maximumIterations}`;
      throw failure(`the server asks for ${iterations} iterations, not ${limits}`);
    }
    this.#wasAnswered = true;
    const subtle = this.#subtle;
    const withoutProof = `c=${btoa(header)},r=${nonce}`;
    const message = encode(`${this.#clientFirstBare},${serverFirst},${withoutProof}`);
    const saltedPassword = await stretch(subtle, this.#secrets.password, decodeBase64(salt), iterations);
    const clientKey = await hmac(subtle, saltedPassword, encode("Client Key"));
    const storedKey = new Uint8Array(await subtle.digest("SHA-256", clientKey.buffer));
    const clientSignature = await hmac(subtle, storedKey, message);
    this.#serverSignature = await hmac(subtle, await hmac(subtle, saltedPassword, encode("Server Key")), message);
    const proof = clientKey.map((byte, index) => byte ^ (clientSignature[index] ?? 0));
    return `${withoutProof},p=${encodeBase64(proof)}`;
  }

  /** Throws unless the server has proved that it knows the password, too. */
  verify(serverFinal: string): void {
    const [, signature] = serverFinalForm.exec(serverFinal) ?? [];
    const expected = this.#serverSignature;
    if (signature === undefined || !expected) {
      throw failure("the server has not proved that it knows the password");
    }
    if (!isSame(decodeBase64(signature), expected)) {
      throw failure("the server's signature is wrong: it does not know the password");
    }
  }
}

/** Computes PBKDF2, which RFC 5802 calls Hi. */
async function stretch(subtle: ScramCrypto, password: string, salt: Bytes, iterations: number): Promise<Bytes> {
  const key = await subtle.importKey("raw", encode(password).buffer, "PBKDF2", false, ["deriveBits"]);
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt: salt.buffer, iterations } as const;
  return new Uint8Array(await subtle.deriveBits(algorithm, key, 256));
}

async function hmac(subtle: ScramCrypto, key: Bytes, data: Bytes): Promise<Bytes> {
  const imported = await subtle.importKey("raw", key.buffer, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await subtle.sign("HMAC", imported, data.buffer));
}

/** Compares two arrays in a time that does not depend on where they differ. */
function isSame(one: Bytes, other: Bytes): boolean {
  let difference = one.length ^ other.length;
  for (const [index, byte] of other.entries()) {
    difference |= byte ^ (one[index] ?? 0);
  }
  return difference === 0;
}

function encode(text: string): Bytes {
  return new Uint8Array(new TextEncoder().encode(text));
}

/** Encodes a few bytes. A large array would be too many arguments. */
export function encodeBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function decodeBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function failure(message: string): MqttError {
  return new MqttError("AUTHENTICATION_FAILED", message);
}
