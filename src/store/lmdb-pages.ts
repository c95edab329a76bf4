/**
 * Checks an LMDB file page by page, without LMDB, which trusts its file: it maps it into memory (a truncated one
 * raises SIGBUS), and it writes to the pages that the file itself lists as free (a wrong list overwrites live data).
 * Layout: lmdb-js 3, data format 2, 64 bit, little-endian; names as in its mdb.c.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The file is damaged, or no LMDB file. The message completes "FILE ...". */
export class StoreDamage extends Error {}

const PAGE_HEADER = 24; // mp_pgno 8, mp_txnid 8, mp_pad 2, mp_flags 2, mp_lower 2, mp_upper 2 (counted from here)
const FLAGS = 18;
const LOWER = 20;
const UPPER = 22;
const BRANCH = 0x01;
const LEAF = 0x02;
const META = 0x08;

/** A node: mn_lo 2, mn_hi 2, mn_flags 2, mn_ksize 2, then key and data. */
const NODE_HEADER = 8;
/** F_BIGDATA: the data is the number of the first overflow page, its transaction, and how many there are. */
const BIG_DATA = 0x01;

// MDB_meta, after the page header.
const MAGIC = 24;
const DATA_FORMAT = 28;
const PAGE_SIZE = 48;
const FREE_ROOT = 88;
const MAIN_ROOT = 136;
const LAST_PAGE = 144;
const TRANSACTION = 152;
const META_BYTES = 160;

const NO_ROOT = 0xffff_ffff_ffff_ffffn;

/** @returns the number of the last transaction; 0 for an empty file, which LMDB initialises. Throws {@link StoreDamage}. */
export function checkPages(path: string): number {
  const fd = openSync(path, 'r');
  try {
    return fstatSync(fd).size === 0 ? 0 : new PageWalk(fd).check();
  } finally {
    closeSync(fd);
  }
}

class PageWalk {
  readonly #fd: number;
  readonly #pageSize: number;
  readonly #meta: Buffer;
  readonly #lastPage: number;
  /** Pages that hold data: both meta pages, and what can be reached from the two roots. */
  readonly #used = new Set<number>([0, 1]);

  constructor(fd: number) {
    this.#fd = fd;
    const first = metaPage(this.#read(0, META_BYTES));
    this.#pageSize = first.readUInt32LE(PAGE_SIZE);
    if (this.#pageSize < 512 || this.#pageSize > 65536)
      throw new StoreDamage('is damaged: its page size is impossible');
    const second = metaPage(this.#read(this.#pageSize, META_BYTES));
    for (const meta of [first, second]) this.#checkRoot(meta);
    const step = transactionOf(second) - transactionOf(first);
    // Each commit overwrites the older of the two; any other distance would hide the last commit.
    if (step !== 1 && step !== -1)
      throw new StoreDamage('is damaged: its last transactions do not follow each other');
    this.#meta = step === 1 ? second : first;
    this.#lastPage = Number(this.#meta.readBigUInt64LE(LAST_PAGE));
    const needed = (this.#lastPage + 1) * this.#pageSize;
    const { size } = fstatSync(fd);
    if (size < needed) throw new StoreDamage(`is truncated: ${size} bytes are there, ${needed} should be`);
  }

  /**
   * Every commit of ours writes the meta record and so a new root, which bears the commit's number; the roots of both
   * meta pages are kept until the next commit. A wrong number in a meta page would hide the last commit.
   */
  #checkRoot(meta: Buffer): void {
    const root = meta.readBigUInt64LE(MAIN_ROOT);
    if (root === NO_ROOT) return;
    const header = this.#read(Number(root) * this.#pageSize, PAGE_HEADER);
    if (Number(header.readBigUInt64LE(8)) !== transactionOf(meta)) {
      throw new StoreDamage('is damaged: a transaction and its data do not belong together');
    }
  }

  check(): number {
    const freeLists: Buffer[] = [];
    this.#walk(this.#meta.readBigUInt64LE(FREE_ROOT), (data) => freeLists.push(data));
    this.#walk(this.#meta.readBigUInt64LE(MAIN_ROOT), () => {});
    for (const list of freeLists) this.#checkFreeList(list);
    return transactionOf(this.#meta);
  }

  /** Visits every leaf's data below `root`. */
  #walk(root: bigint, visit: (data: Buffer) => void): void {
    const waiting = root === NO_ROOT ? [] : [Number(root)];
    for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
      const page = this.#take(number, 1);
      const flags = page.readUInt16LE(FLAGS);
      if (page.readBigUInt64LE(0) !== BigInt(number) || (flags !== BRANCH && flags !== LEAF))
        throw damaged(number);
      for (const node of nodesOf(page, number)) {
        if (flags === BRANCH) waiting.push(node.readUIntLE(0, 6));
        else visit(this.#dataOf(node, number));
      }
    }
  }

  #dataOf(node: Buffer, number: number): Buffer {
    const start = NODE_HEADER + node.readUInt16LE(6);
    const length = node.readUInt32LE(0);
    if ((node.readUInt16LE(4) & BIG_DATA) === 0) {
      if (start + length > node.length) throw damaged(number);
      return node.subarray(start, start + length);
    }
    if (start + 24 > node.length) throw damaged(number);
    const first = Number(node.readBigUInt64LE(start));
    const count = Number(node.readBigUInt64LE(start + 16));
    if (count < 1 || PAGE_HEADER + length > count * this.#pageSize) throw damaged(number);
    return this.#take(first, count).subarray(PAGE_HEADER, PAGE_HEADER + length);
  }

  /** An IDL: how many entries follow; an entry is a page, 0, or minus the length of a run and then its first page. */
  #checkFreeList(list: Buffer): void {
    const entries = list.length >= 8 ? Number(list.readBigInt64LE(0)) : -1;
    if (entries < 0 || (entries + 1) * 8 > list.length)
      throw new StoreDamage('is damaged: its list of free pages is cut');
    let run = 1;
    for (let i = 1; i <= entries; i++) {
      const entry = Number(list.readBigInt64LE(i * 8));
      if (entry < 0) run = -entry;
      if (entry <= 0) continue;
      if (entry + run > this.#lastPage + 1)
        throw new StoreDamage(`is damaged: it lists page ${entry} as free`);
      for (let page = entry; page < entry + run; page++) {
        if (this.#used.has(page))
          throw new StoreDamage(`is damaged: page ${page} is used and listed as free`);
      }
      run = 1;
    }
  }

  /** Reads pages and notes that they are used: by nothing else, or the tree is circular. */
  #take(first: number, count: number): Buffer {
    if (first < 2 || first + count > this.#lastPage + 1) throw damaged(first);
    for (let number = first; number < first + count; number++) {
      if (this.#used.has(number)) throw damaged(number);
      this.#used.add(number);
    }
    return this.#read(first * this.#pageSize, count * this.#pageSize);
  }

  #read(position: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    const count = readSync(this.#fd, bytes, 0, length, position);
    if (count < length) throw new StoreDamage('is no LMDB file, or truncated');
    return bytes;
  }
}

function metaPage(page: Buffer): Buffer {
  const flags = page.readUInt16LE(FLAGS);
  if (page.readUInt32LE(MAGIC) !== 0xbeefc0de || flags !== META) throw new StoreDamage('is no LMDB file');
  if (page.readUInt32LE(DATA_FORMAT) !== 2) throw new StoreDamage('has another LMDB data format than 2');
  return page;
}

function transactionOf(meta: Buffer): number {
  return Number(meta.readBigUInt64LE(TRANSACTION));
}

/** Each node with what follows it up to the end of the page. */
function nodesOf(page: Buffer, number: number): Buffer[] {
  const body = page.subarray(PAGE_HEADER);
  const lower = page.readUInt16LE(LOWER);
  const upper = page.readUInt16LE(UPPER);
  if (lower > upper || upper > body.length || lower % 2 !== 0) throw damaged(number);
  return Array.from({ length: lower / 2 }, (_, i) => {
    const offset = body.readUInt16LE(i * 2);
    if (offset < upper || offset + NODE_HEADER > body.length) throw damaged(number);
    return body.subarray(offset);
  });
}

function damaged(page: number): StoreDamage {
  return new StoreDamage(`is damaged at page ${page}`);
}
