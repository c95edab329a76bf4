/**
 * eBPF instructions (RFC 9669), as far as this project's programs need them: a list of calls reads like assembly text
 * and becomes the bytes that bpf(2) takes.
 */

const INSTRUCTION = 8;

/* Registers (RFC 9669 §2.2 leaves the calling convention to the platform; Linux: Documentation/bpf/standardization). */
/** Result of a call, and of the program. */
export const R0 = 0;
/** The program's argument, and first argument of a call; {@link R1} to R5 do not survive a call. */
export const R1 = 1;
export const R2 = 2;
export const R3 = 3;
export const R4 = 4;
export const R5 = 5;
/** R6 to R9 survive calls. */
export const R6 = 6;
export const R7 = 7;
export const R8 = 8;
export const R9 = 9;
/** End of the program's stack, read-only; its memory lies below. */
export const STACK_END = 10;

/* Instruction classes (RFC 9669 §3.1). */
const LD = 0x00;
const LDX = 0x01;
const STX = 0x03;
const ALU = 0x04;
const JMP = 0x05;
const ALU64 = 0x07;

/** The second operand is a register, not the immediate value (§4). */
const FROM_REGISTER = 0x08;
/** ALU: convert to big-endian (§4.2). */
const TO_BIG_ENDIAN = 0xd8;
const IMMEDIATE_64 = 0x18;
const ATOMIC = 0xc0;
const ATOMIC_ADD = 0x00;
/** Linux: the immediate values of this 64-bit load name a map, and an offset in the value of its only element. */
const MAP_VALUE = 2;
const CALL = 0x80;
const EXIT = 0x90;
const ALWAYS = 0x00;

const SIZES = { 1: 0x10, 2: 0x08, 4: 0x00, 8: 0x18 } as const;
const MEMORY = 0x60;
const OPERATIONS = { add: 0x00, sub: 0x10, mul: 0x20, and: 0x50, shr: 0x70, mov: 0xb0 } as const;
const CONDITIONS = { '==': 0x10, '!=': 0x50, '<': 0xa0, 'has bits': 0x40 } as const;

export type Size = keyof typeof SIZES;
export type Operation = keyof typeof OPERATIONS;
/** Unsigned. */
export type Condition = keyof typeof CONDITIONS;
/** A register, or a signed 32-bit number, which is extended to 64 bits. */
export type Operand = { readonly register: number } | number;

interface Instruction {
  readonly code: number;
  readonly destination?: number;
  readonly source?: number;
  /** A number, or where to jump. */
  readonly offset?: number | string;
  readonly immediate?: number;
}

export class EbpfAssembler {
  readonly #instructions: Instruction[] = [];
  readonly #labels = new Map<string, number>();

  /** The next instruction is where jumps to `name` go: forward only. */
  label(name: string): this {
    this.#labels.set(name, this.#instructions.length);
    return this;
  }

  /** 64-bit arithmetic: `destination` becomes `destination` ∘ `operand`. */
  compute(destination: number, operation: Operation, operand: Operand): this {
    return this.#operate(ALU64 | OPERATIONS[operation], destination, operand);
  }

  /** Likewise with the lower halves; the upper half of `destination` becomes zero. */
  compute32(destination: number, operation: Operation, operand: Operand): this {
    return this.#operate(ALU | OPERATIONS[operation], destination, operand);
  }

  /** The lowest `bits` of a register between network byte order and the machine's; the others become zero. */
  fromBigEndian(register: number, bits: 16 | 32): this {
    return this.#add({ code: ALU | TO_BIG_ENDIAN, destination: register, immediate: bits });
  }

  /** Loads from memory at `base` + `offset`, in the machine's byte order, the rest zeros. */
  load(size: Size, destination: number, base: number, offset: number): this {
    return this.#add({ code: LDX | MEMORY | SIZES[size], destination, source: base, offset });
  }

  /** Stores the lowest `size` bytes of `source` at `base` + `offset`, in the machine's byte order. */
  store(size: Size, base: number, offset: number, source: number): this {
    return this.#add({ code: STX | MEMORY | SIZES[size], destination: base, source, offset });
  }

  /** Loads the address of byte `offset` of the only value of an array map. */
  loadMapValue(destination: number, mapFd: number, offset = 0): this {
    this.#add({ code: LD | IMMEDIATE_64, destination, source: MAP_VALUE, immediate: mapFd });
    return this.#add({ code: 0, immediate: offset });
  }

  /** Adds `source` to the 4 or 8 bytes at `base` + `offset`, whoever else adds to them meanwhile (§5.3). */
  atomicAdd(size: 4 | 8, base: number, offset: number, source: number): this {
    return this.#add({
      code: STX | ATOMIC | SIZES[size],
      destination: base,
      source,
      offset,
      immediate: ATOMIC_ADD,
    });
  }

  /** Calls a function of the kernel by its number (bpf-helpers(7)). */
  call(helper: number): this {
    return this.#add({ code: JMP | CALL, immediate: helper });
  }

  jumpIf(register: number, condition: Condition, operand: Operand, label: string): this {
    return this.#operate(JMP | CONDITIONS[condition], register, operand, label);
  }

  jump(label: string): this {
    return this.#add({ code: JMP | ALWAYS, offset: label });
  }

  exit(): this {
    return this.#add({ code: JMP | EXIT });
  }

  /** @throws RangeError for a jump to nowhere, or backwards */
  assemble(): Uint8Array {
    const view = new DataView(new ArrayBuffer(this.#instructions.length * INSTRUCTION));
    this.#instructions.forEach(({ code, destination = 0, source = 0, offset = 0, immediate = 0 }, i) => {
      const at = i * INSTRUCTION;
      view.setUint8(at, code);
      view.setUint8(at + 1, IS_LITTLE_ENDIAN ? (source << 4) | destination : (destination << 4) | source);
      view.setInt16(
        at + 2,
        typeof offset === 'string' ? this.#distance(i, offset) : offset,
        IS_LITTLE_ENDIAN,
      );
      view.setInt32(at + 4, immediate, IS_LITTLE_ENDIAN);
    });
    return new Uint8Array(view.buffer);
  }

  #distance(from: number, label: string): number {
    const to = this.#labels.get(label);
    if (to === undefined || to <= from) throw new RangeError(`no instruction "${label}" lies ahead`);
    return to - from - 1;
  }

  #operate(code: number, destination: number, operand: Operand, offset: number | string = 0): this {
    return typeof operand === 'number'
      ? this.#add({ code, destination, offset, immediate: operand })
      : this.#add({ code: code | FROM_REGISTER, destination, source: operand.register, offset });
  }

  #add(instruction: Instruction): this {
    this.#instructions.push(instruction);
    return this;
  }
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
