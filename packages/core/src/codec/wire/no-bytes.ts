/** What there is before anything has come: an array that nobody can write to. */
export const noBytes: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
