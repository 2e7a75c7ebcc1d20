/** The packets of a run of whole ones, each as a part of its memory (section 2.1): for what carries one at a time. */
export function splitPackets(bytes: Uint8Array): readonly Uint8Array[] {
  const packets: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    let end = start;
    let length = 0;
    let byte: number;
    let scale = 1;
    do {
      end += 1;
      byte = bytes[end] ?? 0;
      length += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte > 0x7f);
    end += 1 + length;
    packets.push(bytes.subarray(start, end));
    start = end;
  }
  return packets;
}
