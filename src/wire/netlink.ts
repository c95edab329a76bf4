/**
 * Messages between the kernel and a program (RFC 3549 §2.3, linux/netlink.h): a header, a fixed part that belongs to the message's
 * type, and attributes. Numbers are in this machine's byte order; addresses and ports within are in network byte order.
 */

/** This machine's byte order. */
const LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

const NETLINK_HEADER_BYTES = 16;
const ATTRIBUTE_HEADER_BYTES = 4;

/** Types of messages that every family has. */
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

/** Flags of a message. */
export const NLM_F_REQUEST = 0x01;
export const NLM_F_ACK = 0x04;
/** A request for the whole of a table (NLM_F_ROOT | NLM_F_MATCH). */
export const NLM_F_DUMP = 0x300;
/** In an answer: the table changed meanwhile, so that the answer may mix old and new. */
export const NLM_F_DUMP_INTR = 0x10;

/** The two uppermost bits of an attribute's type say how it is encoded. */
const TYPE_MASK = 0x3fff;

export interface NetlinkMessage {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  /** The bytes behind the header. */
  readonly body: Uint8Array;
}

const align = (length: number) => (length + 3) & ~3;
const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  new DataView(buffer, byteOffset, byteLength);

/** The messages of a datagram. A message that is cut short is left out. */
export function parseMessages(datagram: Uint8Array): NetlinkMessage[] {
  const view = viewOf(datagram);
  const messages: NetlinkMessage[] = [];
  for (let at = 0; at + NETLINK_HEADER_BYTES <= datagram.length; ) {
    const length = view.getUint32(at, LITTLE);
    if (length < NETLINK_HEADER_BYTES || at + length > datagram.length) break;
    messages.push({
      type: view.getUint16(at + 4, LITTLE),
      flags: view.getUint16(at + 6, LITTLE),
      sequence: view.getUint32(at + 8, LITTLE),
      body: datagram.slice(at + NETLINK_HEADER_BYTES, at + length),
    });
    at += align(length);
  }
  return messages;
}

/** Of a message of type {@link NLMSG_ERROR} or {@link NLMSG_DONE}: 0 for an acknowledgement, or a negative errno. */
export function errorOf({ body }: NetlinkMessage): number {
  return body.length < 4 ? 0 : viewOf(body).getInt32(0, LITTLE);
}

/** The fixed part of a message: fields that are not there read as 0. */
export class Fields {
  readonly #view: DataView;

  constructor(body: Uint8Array) {
    this.#view = viewOf(body);
  }

  u8(at: number): number {
    return at < this.#view.byteLength ? this.#view.getUint8(at) : 0;
  }

  u16(at: number): number {
    return at + 2 <= this.#view.byteLength ? this.#view.getUint16(at, LITTLE) : 0;
  }

  u32(at: number): number {
    return at + 4 <= this.#view.byteLength ? this.#view.getUint32(at, LITTLE) : 0;
  }
}

/** The attributes behind the fixed part of a message, or within an attribute. Of two of one type the latter counts. */
export class Attributes {
  readonly #values = new Map<number, Uint8Array>();

  /** @param from where they begin, bytes */
  constructor(bytes: Uint8Array, from: number) {
    const view = viewOf(bytes);
    for (let at = align(from); at + ATTRIBUTE_HEADER_BYTES <= bytes.length; ) {
      const length = view.getUint16(at, LITTLE);
      if (length < ATTRIBUTE_HEADER_BYTES || at + length > bytes.length) break;
      const type = view.getUint16(at + 2, LITTLE) & TYPE_MASK;
      this.#values.set(type, bytes.subarray(at + ATTRIBUTE_HEADER_BYTES, at + length));
      at += align(length);
    }
  }

  bytes(type: number): Uint8Array | undefined {
    return this.#values.get(type);
  }

  /** 8, 16 or 32 bits, as the value has them. */
  number(type: number): number | undefined {
    const value = this.#values.get(type);
    switch (value?.length) {
      case 1:
        return value[0]!;
      case 2:
        return viewOf(value).getUint16(0, LITTLE);
      case 4:
        return viewOf(value).getUint32(0, LITTLE);
      default:
        return undefined;
    }
  }

  /** Two numbers of 16 bits, the one behind the other. */
  pair(type: number): [number, number] | undefined {
    const value = this.#values.get(type);
    if (value?.length !== 4) return undefined;
    return [viewOf(value).getUint16(0, LITTLE), viewOf(value).getUint16(2, LITTLE)];
  }

  text(type: number): string | undefined {
    const value = this.#values.get(type);
    return value && Buffer.from(value).toString('utf8').replace(/\0.*$/s, '');
  }

  nested(type: number): Attributes | undefined {
    const value = this.#values.get(type);
    return value && new Attributes(value, 0);
  }
}

/** An attribute to be written: a number is of 32 bits, a text ends with a zero byte. */
export type AttributeValue = Uint8Array | number | string;

/** The parts of a request behind the header: the fixed part of its type, and the attributes. */
export interface NetlinkRequest {
  readonly type: number;
  readonly fixed: Uint8Array;
  readonly attributes: readonly (readonly [type: number, value: AttributeValue])[];
}

/** One message. @param fixed the part between header and attributes */
export function formatMessage(
  type: number,
  flags: number,
  sequence: number,
  fixed: Uint8Array,
  attributes: readonly (readonly [type: number, value: AttributeValue])[] = [],
): Uint8Array {
  const values = attributes.map(([name, value]) => [name, bytesOf(value)] as const);
  const length = values.reduce(
    (sum, [, value]) => sum + align(ATTRIBUTE_HEADER_BYTES + value.length),
    NETLINK_HEADER_BYTES + align(fixed.length),
  );
  const bytes = new Uint8Array(length);
  const view = viewOf(bytes);
  view.setUint32(0, length, LITTLE);
  view.setUint16(4, type, LITTLE);
  view.setUint16(6, flags, LITTLE);
  view.setUint32(8, sequence, LITTLE);
  bytes.set(fixed, NETLINK_HEADER_BYTES);
  let at = NETLINK_HEADER_BYTES + align(fixed.length);
  for (const [name, value] of values) {
    view.setUint16(at, ATTRIBUTE_HEADER_BYTES + value.length, LITTLE);
    view.setUint16(at + 2, name, LITTLE);
    bytes.set(value, at + ATTRIBUTE_HEADER_BYTES);
    at += align(ATTRIBUTE_HEADER_BYTES + value.length);
  }
  return bytes;
}

function bytesOf(value: AttributeValue): Uint8Array {
  if (typeof value === 'string') return Buffer.from(`${value}\0`);
  if (typeof value !== 'number') return value;
  return nativeNumber(value, 4);
}

/** A number in this machine's byte order. */
export function nativeNumber(value: number, bytes: 2 | 4): Uint8Array {
  const result = new Uint8Array(bytes);
  if (bytes === 2) viewOf(result).setUint16(0, value, LITTLE);
  else viewOf(result).setUint32(0, value, LITTLE);
  return result;
}
