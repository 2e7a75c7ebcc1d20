import type * as core from "@mqtt5/core";
import type * as adapter from "@mqtt5/core/adapter";
import { MqttError } from "@mqtt5/browser";

export type All = [typeof adapter];
export const sameClass: typeof core.MqttError = MqttError;
