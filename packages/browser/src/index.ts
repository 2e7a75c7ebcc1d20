/** The MQTT 5 client for browsers. */
export { MqttError } from "@mqtt5/core";
