/** The WebSocket of a browser, as far as it is used: the test plays the network's part. */
export class FakeWebSocket {
  static readonly made: FakeWebSocket[] = [];
  readonly url: string;
  readonly protocols: readonly string[];
  readonly sent: unknown[] = [];
  readonly calls: string[] = [];
  binaryType = "blob";
  protocol = "mqtt";
  bufferedAmount = 0;
  onopen: (() => void) | undefined;
  onmessage: ((event: { readonly data: unknown }) => void) | undefined;
  onerror: (() => void) | undefined;
  onclose: ((event: { readonly code: number; readonly reason?: string }) => void) | undefined;

  constructor(url: string, protocols: readonly string[]) {
    this.url = url;
    this.protocols = protocols;
    FakeWebSocket.made.push(this);
  }

  send(data: unknown): void {
    this.sent.push(data);
  }

  close(): void {
    this.calls.push("close");
  }
}

/** The WebSocket of this number, from 0, in the order in which they were made. */
export function madeWebSocket(number: number): FakeWebSocket {
  const socket = FakeWebSocket.made[number];
  if (socket === undefined) {
    throw new Error(`${String(FakeWebSocket.made.length)} WebSockets were made`);
  }
  return socket;
}

/** A CONNACK that accepts, without properties. */
const accepted = Uint8Array.of(0x20, 3, 0, 0, 0);

/** Opens it, and accepts the CONNECT that follows at the end of the turn. */
export async function acceptOn(socket: FakeWebSocket, turn: () => Promise<void>): Promise<void> {
  socket.onopen?.();
  await turn();
  socket.onmessage?.({ data: accepted.buffer });
  await turn();
}
