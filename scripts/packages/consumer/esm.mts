import type * as core from "@mqtt5/core";
import type * as adapter from "@mqtt5/core/adapter";
import type * as testing from "@mqtt5/core/testing";
import { MqttError } from "@mqtt5/node";

export type All = [typeof core, typeof adapter, typeof testing];

/** One class, whichever package it is imported from. */
export const sameClass: typeof core.MqttError = MqttError;
export const sameInTests: typeof testing.MqttError = sameClass;
