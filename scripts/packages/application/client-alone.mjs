/** The least that an application imports; its bundle is what the client adds to a page. */
export { Mqtt5Client } from "@mqtt5/browser";
