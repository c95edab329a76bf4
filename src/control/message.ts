/** The messages of control.proto as bytes, and the names of its enumerations as a person writes them. */
import { encodeFrame } from './frame.js';
import { ipsec_relay } from './generated/control.js';

/** The version of the protocol that this program speaks. */
export const PROTOCOL_VERSION = 1;

/** Most SAs in one page of a list, and the most the CLI puts into one AddSas. */
export const PAGE_SAS = 4096;

/** The generated messages of control.proto. */
export const messages = ipsec_relay.control.v1;

export type Request = ipsec_relay.control.v1.Request;
export type Response = ipsec_relay.control.v1.Response;
export type RequestFields = ipsec_relay.control.v1.Request.$Properties;
export type ResponseFields = ipsec_relay.control.v1.Response.$Properties;
export type Protocol = ipsec_relay.control.v1.Protocol;
export type Mode = ipsec_relay.control.v1.Mode;

/** @returns the request as a frame, ready to be written */
export function encodeRequest(fields: RequestFields): Uint8Array {
  return encodeFrame(messages.Request.encode(new messages.Request(fields)).finish());
}

/** @returns the response as a frame, ready to be written */
export function encodeResponse(fields: ResponseFields): Uint8Array {
  return encodeFrame(messages.Response.encode(new messages.Response(fields)).finish());
}

/** @throws Error when the bytes are no protobuf message of this type */
export function decodeRequest(bytes: Uint8Array): Request {
  return messages.Request.decode(bytes);
}

/** @throws Error when the bytes are no protobuf message of this type */
export function decodeResponse(bytes: Uint8Array): Response {
  return messages.Response.decode(bytes);
}
