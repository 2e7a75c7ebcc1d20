/**
 * Follows one direction of a WebSocket connection: the head of its HTTP part, then frames (RFC 6455, section 5.2), whose
 * data it passes on without the mask. Frames of control, such as Close, are left out.
 */

const endOfHead = "\r\n\r\n";
const firstControlOpcode = 8;
const maskLength = 4;

export class WebSocketFramer {
  readonly #passOn: (data: Uint8Array) => void;
  #head: string | undefined = "";
  #header: number[] = [];
  #headerLength = 2;
  #remaining = 0;
  #position = 0;

  constructor(passOn: (data: Uint8Array) => void) {
    this.#passOn = passOn;
  }

  /** Whether the last byte was not the last of the HTTP part or of a frame. */
  get isInside(): boolean {
    return this.#head === undefined ? this.#header.length > 0 : this.#head !== "";
  }

  read(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#head !== undefined) {
        this.#readHead(bytes[at] ?? 0);
        at += 1;
      } else if (this.#header.length < this.#headerLength) {
        this.#readHeader(bytes[at] ?? 0);
        at += 1;
      } else {
        at += this.#readData(bytes.subarray(at, at + this.#remaining));
      }
    }
  }

  #readHead(byte: number): void {
    const head = `${this.#head ?? ""}${String.fromCharCode(byte)}`;
    this.#head = head.endsWith(endOfHead) ? undefined : head;
  }

  #readHeader(byte: number): void {
    this.#header.push(byte);
    const [, second = 0] = this.#header;
    const short = second & 0x7f;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    this.#headerLength = 2 + lengthBytes + (second >= 0x80 ? maskLength : 0);
    if (this.#header.length === this.#headerLength) {
      const long = this.#header.slice(2, 2 + lengthBytes);
      this.#remaining = lengthBytes === 0 ? short : long.reduce((length, each) => length * 256 + each, 0);
      this.#endWhenComplete();
    }
  }

  #readData(data: Uint8Array): number {
    const [first = 0, second = 0] = this.#header;
    const mask = second >= 0x80 ? this.#header.slice(-maskLength) : [];
    if ((first & 0x0f) < firstControlOpcode) {
      this.#passOn(data.map((byte, index) => byte ^ (mask[(this.#position + index) % maskLength] ?? 0)));
    }
    this.#position += data.length;
    this.#remaining -= data.length;
    this.#endWhenComplete();
    return data.length;
  }

  #endWhenComplete(): void {
    if (this.#remaining === 0) {
      this.#header = [];
      this.#headerLength = 2;
      this.#position = 0;
    }
  }
}
