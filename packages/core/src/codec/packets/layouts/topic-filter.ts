/** The topic filters of SUBSCRIBE and UNSUBSCRIBE, as a server reads them. */
import { DisconnectReasonCode } from "../../reason-codes.js";
import { topicFilterProblem } from "../../topic.js";
import { violation } from "../../violations.js";
import type { ByteReader } from "../../wire/byte-reader.js";

/** Reads a topic filter and checks it. */
export function readTopicFilter(reader: ByteReader): string {
  const topicFilter = reader.text(); // MQTT-3.8.3-1, MQTT-3.10.3-1
  const problem = topicFilterProblem(topicFilter);
  if (problem !== undefined) {
    throw violation(`topic filter is not ${problem}`, "4.7", DisconnectReasonCode.TopicFilterInvalid);
  }
  return topicFilter;
}
