/** The server's side of SCRAM-SHA-256, on Node's own cryptography: nothing of it is shared with the client under test. */
import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto";

export interface ScramServerOptions {
  readonly username: string;
  readonly password: string;
  readonly salt?: Buffer;
  readonly iterations?: number;
  /** What is added to the client's nonce. */
  readonly nonce?: string;
}

const hmac = (key: Buffer, data: string): Buffer => createHmac("sha256", key).update(data).digest();

export class ScramServer {
  readonly #options: Required<ScramServerOptions>;
  #clientFirstBare = "";
  #serverFirst = "";
  #nonce = "";

  constructor(options: ScramServerOptions) {
    this.#options = { salt: Buffer.from("salt of the server"), iterations: 4_096, nonce: "%server%", ...options };
  }

  /** The answer to the client's first message. */
  first(clientFirst: string): string {
    const [, bare = "", username, nonce = ""] = /^n,,(n=([^,]*),r=([^,]+))$/.exec(clientFirst) ?? [];
    if (username !== this.#options.username) {
      throw new Error(`not a first message of ${this.#options.username}: ${clientFirst}`);
    }
    this.#clientFirstBare = bare;
    this.#nonce = nonce + this.#options.nonce;
    const { salt, iterations } = this.#options;
    this.#serverFirst = `r=${this.#nonce},s=${salt.toString("base64")},i=${String(iterations)}`;
    return this.#serverFirst;
  }

  /** The signature for a right proof, or nothing for a wrong one. */
  final(clientFinal: string): string | undefined {
    const [, withoutProof = "", nonce, proof = ""] = /^(c=biws,r=([^,]+)),p=(.+)$/.exec(clientFinal) ?? [];
    const { password, salt, iterations } = this.#options;
    const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
    const message = `${this.#clientFirstBare},${this.#serverFirst},${withoutProof}`;
    const storedKey = createHash("sha256").update(hmac(salted, "Client Key")).digest();
    const signature = hmac(storedKey, message);
    const clientKey = Buffer.from(proof, "base64").map((byte, index) => byte ^ (signature[index] ?? 0));
    if (nonce !== this.#nonce || !timingSafeEqual(createHash("sha256").update(clientKey).digest(), storedKey)) {
      return undefined;
    }
    return `v=${hmac(hmac(salted, "Server Key"), message).toString("base64")}`;
  }
}
