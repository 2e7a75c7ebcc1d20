/** The comparison of the two codecs: a disagreement has a name, and its name is all that is known of it here. */
import { isDeepStrictEqual } from "node:util";
import type { PacketTable } from "../../src/codec/packet-table.js";
import { readTheirs, viewOfOurs, writeTheirs, type AnyPacket, type View } from "./mqtt-packet.js";
import { decode } from "./streams.js";

/** The names of all disagreements about some bytes, which are meant to be one packet. */
export function disagreementsAbout(table: PacketTable<AnyPacket>, bytes: Uint8Array): readonly string[] {
  const { packets, refusal, isInsidePacket } = decode(table, [bytes.slice()]);
  const theirs = readTheirs(bytes);
  const [packet] = packets;
  if ("thrown" in theirs) {
    return [`mqtt-packet throws ${theirs.thrown}`];
  }
  if (packet !== undefined) {
    if ("packet" in theirs) {
      return differences(viewOfOurs(packet), theirs.packet);
    }
    return ["error" in theirs ? `mqtt-packet refuses: ${theirs.error}` : "mqtt-packet waits after a packet"];
  }
  if (refusal !== "accepted") {
    return "packet" in theirs ? [`mqtt-packet accepts what breaks ${refusal[2]}`] : [];
  }
  return isInsidePacket === "waits" in theirs ? [] : ["mqtt-packet does not wait for the rest of a packet"];
}

/** The fields that differ, those of a will by themselves. */
function differences(ours: View, theirs: View): string[] {
  const fields = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  return fields
    .filter((field) => !isDeepStrictEqual(ours[field], theirs[field]))
    .flatMap((field) => {
      const [our, their] = [ours[field], theirs[field]];
      return field === "will" && isView(our) && isView(their)
        ? differences(our, their)
        : [`mqtt-packet reads other ${field}`];
    });
}

function isView(value: unknown): value is View {
  return typeof value === "object" && value !== null;
}

/** The names of all disagreements about how a packet is written. */
export function disagreementsInWriting(table: PacketTable<AnyPacket>, packet: AnyPacket): readonly string[] {
  let written: Uint8Array;
  try {
    written = writeTheirs(packet);
  } catch (error) {
    return [`mqtt-packet does not write: ${reasonOf(error)}`];
  }
  const { packets, refusal } = decode(table, [written.slice()]);
  const [read] = packets;
  if (read === undefined) {
    return [`mqtt-packet writes what breaks ${refusal === "accepted" ? "the length" : refusal[2]}`];
  }
  return differences(viewOfOurs(packet), viewOfOurs(read)).map((it) => it.replace("reads", "writes"));
}

/** Why it refuses to write: the error itself, or the one inside what Node makes of an error that nobody listens for. */
function reasonOf(error: unknown): string {
  const { context, message } = error as { context?: { message?: string }; message?: string };
  return String(context?.message ?? message);
}
