/** The properties of the answers that carry a reason: the same block in six packets. */
import { reasonString, userProperties } from "../properties.js";
import { PropertyBlock } from "../property-block.js";
import type { ReasonProperties } from "./user-property.js";

export const reasonProperties: PropertyBlock<ReasonProperties> = /* @__PURE__ */ new PropertyBlock<ReasonProperties>({
  reasonString,
  userProperties,
});
