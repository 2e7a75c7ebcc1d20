/** An array without bytes, for a field that holds bytes later. Nobody can write to it. */
export const noBytes: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
