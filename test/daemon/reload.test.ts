import assert from 'node:assert/strict';
import { parseConfig } from '../../src/config/config.js';
import { restartKeys } from '../../src/daemon/reload.js';

const relay = (keys: string, sections = '') =>
  parseConfig(`[relay]\naddresses = ["198.18.9.9"]\n${keys}\n${sections}`, 'relay.toml');
const edge = (keys: string) =>
  parseConfig(`[edge]\nrelays = ["198.18.9.9"]\naddresses = ["198.18.1.1"]\n${keys}`, 'edge.toml');

describe('daemon/reload', () => {
  for (const [keys, sections, named] of [
    ['udp6-zero-checksum = true', '', '[relay] udp6-zero-checksum'],
    // Its ports are others by default.
    ['shared-address = true', '', '[relay] shared-address, [exchange] ports'],
    ['spi-filter = false', '', '[relay] spi-filter'],
    ['workers = 2', '', '[relay] workers'],
    ['', '[fragments]\nmemory = 131072', '[fragments] memory'],
    ['', '[fragments]\ntimeout = 5', '[fragments] timeout'],
    ['', '[fragments]\ndatagrams = 16', '[fragments] datagrams'],
    ['', '[fragments]\nrate = 16', '[fragments] rate'],
    ['', '[exchange]\nports = "2000-3000"', '[exchange] ports'],
    ['', '[icmp]\nrate = 5', '[icmp] rate'],
    ['', '[icmp]\ntranslate-rate = 5', '[icmp] translate-rate'],
  ] as const) {
    it(`a restart is needed for ${named}`, () => {
      assert.deepEqual(restartKeys(relay(''), relay(keys, sections)), named.split(', '));
      assert.deepEqual(restartKeys(relay(keys, sections), relay(keys, sections)), []);
    });
  }

  it('a reload is enough for keepalives, addresses, second computers and the MTU', () => {
    assert.deepEqual(restartKeys(relay(''), relay('keepalive = 0\nmtu = 1400')), []);
    assert.deepEqual(restartKeys(edge(''), edge('seconds = ["198.18.2.2"]')), []);
  });

  it('a restart is needed for the checksum of an edge, and for another role', () => {
    assert.deepEqual(restartKeys(edge(''), edge('udp6-zero-checksum = true')), ['[edge] udp6-zero-checksum']);
    assert.deepEqual(restartKeys(relay(''), edge('')), ['the role ([relay])']);
  });
});
