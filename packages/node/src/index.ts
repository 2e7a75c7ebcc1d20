/** The MQTT 5 client for Node.js. */
export { MqttError } from "@mqtt5/core";
