/** The header of an IKE message (RFC 7296 §3.1; RFC 2408 §3.1 for version 1). A relay reads nothing behind it but the COOKIE of a first message. */
import { createHash } from 'node:crypto';

export const IKE_HEADER = 28;
/** In front of IKE on port 4500 (RFC 3948 §2.2). */
export const NON_ESP_MARKER = 4;

/* Exchange types (RFC 7296 §3.1, RFC 9242 §5, RFC 5723 §4.3.1; RFC 2408 §3.1). */
export const IKE_SA_INIT = 34;
const INFORMATIONAL = 37;
const IKE_SESSION_RESUME = 38;
const IKEV1_MAIN_MODE = 2;
const IKEV1_AGGRESSIVE_MODE = 4;
const IKEV1_INFORMATIONAL = 5;

/** Those that every responder knows and that follow the first one. */
const PROVING_EXCHANGES = [35, 36, 37];

const FLAG_RESPONSE = 0x20;
const PAYLOAD_ENCRYPTED = 46;
const PAYLOAD_ENCRYPTED_FRAGMENT = 53;
const PAYLOAD_HEADER = 4;
const FRAGMENT_HEADER = 8;
const PAYLOAD_NOTIFY = 41;
const NOTIFY_COOKIE = 16_390;

export interface IkeHeader {
  /** Both SPIs, 16 hexadecimal digits each, the initiator's first: they name an IKE SA. Version 1 calls them cookies. */
  readonly pair: string;
  readonly initiatorSpi: string;
  /** 1 or 2. */
  readonly version: number;
  readonly exchangeType: number;
  /** Never in version 1, which does not say. */
  readonly isResponse: boolean;
  readonly messageId: number;
  /** Asks for an IKE SA that is not there yet. */
  readonly isInitial: boolean;
  /** An Encrypted payload, or a fragment of one, is all of it (RFC 7296 §3.14, RFC 7383 §2.5); never in version 1. */
  readonly isEncrypted: boolean;
  /**
   * A request: the responder that answers it has most likely verified it. It is encrypted, in an exchange that all know. strongSwan answers
   * some others before it verifies anything: an IKE_SA_INIT under any message ID with a COOKIE, for one.
   */
  readonly isProof: boolean;
}

const SPI_BYTES = 8;
const NO_SPI = '0'.repeat(16);

/**
 * @param message one IKE message, without the non-ESP marker
 * @returns undefined: it is none (shorter than a header, another length than it says, another version, no initiator's SPI)
 */
export function parseIke(message: Uint8Array): IkeHeader | undefined {
  if (message.length < IKE_HEADER) return undefined;
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const version = view.getUint8(17) >>> 4;
  const pair = hex(message, 0, 2 * SPI_BYTES);
  const initiatorSpi = pair.slice(0, 16);
  if (view.getUint32(24) !== message.length || (version !== 1 && version !== 2) || initiatorSpi === NO_SPI)
    return undefined;
  const exchangeType = view.getUint8(18);
  const isResponse = version === 2 && (view.getUint8(19) & FLAG_RESPONSE) !== 0;
  const begins =
    version === 2
      ? (exchangeType === IKE_SA_INIT || exchangeType === IKE_SESSION_RESUME) && !isResponse
      : exchangeType === IKEV1_MAIN_MODE || exchangeType === IKEV1_AGGRESSIVE_MODE;
  const isEncrypted = version === 2 && isOneEncryptedPayload(view);
  return {
    pair,
    initiatorSpi,
    version,
    exchangeType,
    isResponse,
    messageId: view.getUint32(20),
    isInitial: begins && pair.endsWith(NO_SPI),
    isEncrypted,
    isProof: isEncrypted && PROVING_EXCHANGES.includes(exchangeType),
  };
}

function isOneEncryptedPayload(message: DataView): boolean {
  const payload = message.getUint8(16);
  const length = message.byteLength - IKE_HEADER;
  if (length < PAYLOAD_HEADER || message.getUint16(IKE_HEADER + 2) !== length) return false;
  if (payload === PAYLOAD_ENCRYPTED) return true;
  if (payload !== PAYLOAD_ENCRYPTED_FRAGMENT || length < FRAGMENT_HEADER) return false;
  const number = message.getUint16(IKE_HEADER + 4);
  const isFirst = number === 1;
  // The first one names the first payload inside, the others none.
  return (
    number >= 1 &&
    number <= message.getUint16(IKE_HEADER + 6) &&
    (isFirst || message.getUint8(IKE_HEADER) === 0)
  );
}

/** The responder has not chosen its SPI yet, or does not want to (COOKIE, INVALID_KE_PAYLOAD). */
export function hasNoResponder({ pair }: IkeHeader): boolean {
  return pair.endsWith(NO_SPI);
}

/** An exchange that makes no SA, such as dead peer detection, a DELETE or a move (RFC 7296 §1.4; RFC 2408 §4.8). */
export function isInformational({ version, exchangeType }: IkeHeader): boolean {
  return exchangeType === (version === 2 ? INFORMATIONAL : IKEV1_INFORMATIONAL);
}

/** The COOKIE with which an IKE_SA_INIT request begins (RFC 7296 §2.6), or undefined. */
export function cookieOf(message: Uint8Array): Uint8Array | undefined {
  if (message.length < IKE_HEADER + 8 || message[16] !== PAYLOAD_NOTIFY) return undefined;
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const length = view.getUint16(IKE_HEADER + 2);
  const spiSize = view.getUint8(IKE_HEADER + 5);
  if (view.getUint16(IKE_HEADER + 6) !== NOTIFY_COOKIE || spiSize !== 0) return undefined;
  if (length < 9 || IKE_HEADER + length > message.length) return undefined;
  return message.subarray(IKE_HEADER + 8, IKE_HEADER + length);
}

/** The response that asks for a COOKIE (RFC 7296 §2.6). @param request an IKE_SA_INIT request */
export function cookieRequest(request: Uint8Array, cookie: Uint8Array): Uint8Array {
  const length = IKE_HEADER + 8 + cookie.length;
  const response = new Uint8Array(length);
  const view = new DataView(response.buffer);
  response.set(request.subarray(0, 8));
  view.setUint8(16, PAYLOAD_NOTIFY);
  view.setUint8(17, 0x20);
  view.setUint8(18, IKE_SA_INIT);
  view.setUint8(19, FLAG_RESPONSE);
  view.setUint32(24, length);
  view.setUint16(IKE_HEADER + 2, 8 + cookie.length);
  view.setUint16(IKE_HEADER + 6, NOTIFY_COOKIE);
  response.set(cookie, IKE_HEADER + 8);
  return response;
}

/** Whether a datagram to or from port 4500 is IKE (RFC 3948 §2.2). */
export function hasMarker(payload: Uint8Array): boolean {
  return (
    payload.length >= NON_ESP_MARKER &&
    payload[0] === 0 &&
    payload[1] === 0 &&
    payload[2] === 0 &&
    payload[3] === 0
  );
}

/** The message as it goes to or from port 4500. */
export function withMarker(message: Uint8Array): Uint8Array {
  const payload = new Uint8Array(NON_ESP_MARKER + message.length);
  payload.set(message, NON_ESP_MARKER);
  return payload;
}

/** So many that two messages of one connection never share them by chance. */
const DIGEST_BYTES = 9;

/** Tells one message from another. */
export function digestOf(message: Uint8Array): string {
  return createHash('sha1').update(message).digest().toString('base64', 0, DIGEST_BYTES);
}

/** The initiator's SPI of a message of which perhaps no more is there, as {@link IkeHeader} has it; undefined: not even that. */
export function initiatorSpiAt(message: Uint8Array): string | undefined {
  return message.length < SPI_BYTES ? undefined : hex(message, 0, SPI_BYTES);
}

function hex(bytes: Uint8Array, at: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, length).toString('hex');
}
