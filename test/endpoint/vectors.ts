/** Published test vectors, in hexadecimal. */

export interface EspVector {
  readonly source: string;
  /** SPI and sequence number as the ICV covers them: twelve bytes with an extended number. */
  readonly associated: string;
  readonly iv: string;
  /** With padding and trailer. */
  readonly plaintext: string;
  readonly ciphertext: string;
  readonly icv: string;
}

export interface AeadVector extends EspVector {
  readonly algorithm: 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305';
  readonly key: string;
  readonly salt: string;
}

/** draft-mcgrew-gcm-test-01 §4, the cases of RFC 4106 with keys of 128 and 256 bits, and RFC 7634 Appendix A. */
export const AEAD_VECTORS: readonly AeadVector[] = [
  {
    source: 'GCM, extended sequence number, UDP',
    algorithm: 'aes-128-gcm',
    key: '4c80cdefbb5d10da906ac73c3613a634',
    salt: '2e443b68',
    iv: '4956ed7e3b244cfe',
    associated: '000043218765432100000000',
    plaintext:
      '45000048699a000080114db7c0a80102c0a801010a9bf15638d301000001000000000000045f736970045f756470037369700963796265726369747902646b000021000101020201',
    ciphertext:
      'fecf537e729d5b07dc30df528dd22b768d1b98736696a6fd348509fa13ceac34cfa2436f14a3f3cf65925bf1f4a13c5d15b21e1884f5ff6247aeabb786b93bce61bc17d768fd9732',
    icv: '459018148f6cbe722fd04796562dfdb4',
  },
  {
    source: 'GCM, DNS',
    algorithm: 'aes-128-gcm',
    key: 'feffe9928665731c6d6a8f9467308308',
    salt: 'cafebabe',
    iv: 'facedbaddecaf888',
    associated: '0000a5f80000000a',
    plaintext:
      '4500003e698f000080114dccc0a80102c0a801010a980035002a2343b2d001000001000000000000037369700963796265726369747902646b00000100010001',
    ciphertext:
      'deb22cd9b07c72c16e3a65beeb8df304a5a5897d33ae530f1ba76d5d114d2a5c3de81827c10e9a4f51330d0eec416642cfbb85a5b47e48a4ec3b9ba95d918bd1',
    icv: '83b70d3aa8bc6ee4c309e9d85a41ad4a',
  },
  {
    source: 'GCM, key of 256 bits, TCP',
    algorithm: 'aes-256-gcm',
    key: 'abbccddef00112233445566778899aababbccddef00112233445566778899aab',
    salt: '11223344',
    iv: '0102030405060708',
    associated: '4a2cbfe300000002',
    plaintext:
      '4500003069a6400080062690c0a801029389155e0a9e008b2dc57ee0000000007002400020bf0000020405b40101040201020201',
    ciphertext:
      'ff425c9b724599df7a3bcd510194e00d6a78107f1b0b1cbf06efae9d65a5d763748a637985771d347f0545659f14e99def842d8e',
    icv: 'b335f4eecfdbf831824b4c4915956c96',
  },
  {
    source: 'GCM, everything zero',
    algorithm: 'aes-128-gcm',
    key: '00000000000000000000000000000000',
    salt: '00000000',
    iv: '0000000000000000',
    associated: '0000000000000001',
    plaintext:
      '4500003c99c500008001cb7a40679318010101010800075c020044006162636465666768696a6b6c6d6e6f707172737475767761626364656667686901020201',
    ciphertext:
      '4688daf2f973a392732909c331d56d60f694abaa414b5e7ff5fdcdfff5e9a284456476492719ffb64de7d9dca1e1d894bc3bd57873ed4d181d19d4d5c8c18af3',
    icv: 'f821d496eeb096e98ad2b69e4799c71d',
  },
  {
    source: 'GCM, extended sequence number, ICMP',
    algorithm: 'aes-128-gcm',
    key: '3de09874b388e6491988d0c3607eae1f',
    salt: '57690e43',
    iv: '4e280000a2fca1a3',
    associated: '42f67e3f1010101010101010',
    plaintext:
      '4500003c99c300008001cb7c40679318010101010800085c020043006162636465666768696a6b6c6d6e6f707172737475767761626364656667686901020201',
    ciphertext:
      'fba2caa4853cf9f0f22cb10d86dd83b0fec75691cf1a04b00d1138ec9c35791765acbd8701ad79845bf9fe3fba487bc91755e6662b4c8d0d1f5e22739530320a',
    icv: 'e0d731cc978ecafaeae88f00e80d6e48',
  },
  {
    source: 'GCM, extended sequence number, IGMP-sized',
    algorithm: 'aes-128-gcm',
    key: '3de09874b388e6491988d0c3607eae1f',
    salt: '57690e43',
    iv: '4e280000a2fca1a3',
    associated: '42f67e3f1010101010101010',
    plaintext: '4500001c42a200008001441f406793b6e00000020a00f5ff01020201',
    ciphertext: 'fba2ca845e5df9f0f22c3e6e86dd831e1fc65792cd1af9130e1379ed',
    icv: '369f071f35e034be95f112e4e7d05d35',
  },
  {
    source: 'GCM, extended sequence number, DNS',
    algorithm: 'aes-128-gcm',
    key: 'abbccddef00112233445566778899aab',
    salt: 'decaf888',
    iv: 'cafedebaceface74',
    associated: '000001000000000000000001',
    plaintext:
      '4500004933ba00007f119106c3fb1d10c2b1d326c02831ce0035dd7b800302d500004e20001e8c18d75b81dc91baa0476b91b924b280389d92c963bac046ec959b6266c04722b14923010101',
    ciphertext:
      '18a6fd42f72cbf4ab2a2ea901f73d814e3e7f243d95412e1c349c1d2fbec168f9190feebaf2cb01984e65863965d7472b79da345e0e780191f0d2f0e0f496c226f2127b27db35724e7845d68',
    icv: '651f57e65f354f75ff17015769623436',
  },
  {
    source: 'GCM, key of 256 bits, extended sequence number',
    algorithm: 'aes-256-gcm',
    key: 'abbccddef00112233445566778899aababbccddef00112233445566778899aab',
    salt: '73616c74',
    iv: '616e640169766563',
    associated: '17405e67156f3126dd0db99b',
    plaintext: '45080028732c00004006e9f90a0106120a01038f06b88023dd6bafbecb71260250101f646d540001',
    ciphertext: 'f2d69ecdbd5a0d5b8d5ef38bad4da58d1f278fde98ef67549d524a3018d9a57ff4d3a31ce673119e',
    icv: '451626c2415771e3b7eebca614c89b35',
  },
  {
    source: 'GCM, key of 256 bits, extended sequence number, text',
    algorithm: 'aes-256-gcm',
    key: 'abbccddef00112233445566778899aababbccddef00112233445566778899aab',
    salt: '73616c74',
    iv: '616e640169766563',
    associated: '17405e67156f3126dd0db99b',
    plaintext:
      '636973636f0172756c657301746865016e6574776501646566696e6501746865746563686e6f6c6f67696573017468617477696c6c01646566696e65746f6d6f72726f7701020201',
    ciphertext:
      'd4b7ed86a1777f2ea13d6973d324c69e7b43f826fb56831226508bebd2dceb18d0a6df10e5487df074113e14c641024e3e6773d91a62ee429b043a10e3efe6b012a49363412364f8',
    icv: 'c0cac587f249e56b11e24f30e44ccc76',
  },
  {
    source: 'GCM, nothing but a trailer, the last sequence number',
    algorithm: 'aes-128-gcm',
    key: '7d773d00c144c525ac619d18c84a3f47',
    salt: 'd9664267',
    iv: '43457e9182443bc6',
    associated: '335467aeffffffff',
    plaintext: '01020201',
    ciphertext: '437f866b',
    icv: 'cb3f699fe9b0822bac961c4504bef270',
  },
  {
    source: 'GCM, key of 256 bits, the last extended sequence number',
    algorithm: 'aes-256-gcm',
    key: '6c6567616c697a656d6172696a75616e61616e64646f69746265666f72656961',
    salt: '7475726e',
    iv: '333021696765746d',
    associated: '796b6963ffffffffffffffff',
    plaintext:
      '45000030da3a00008001df3bc0a80005c0a800010800c6cd020007006162636465666768696a6b6c6d6e6f707172737401020201',
    ciphertext:
      'f97ab2aa356d8edce17644ac8c78e25dd24dedbb29ebf1b64a274b39b49c3a864cd3d78ca4ae68a32b42458fb57dbe821dcc63b9',
    icv: 'd0937ba2945f669368661a329fb4c053',
  },
  {
    source: 'RFC 7634 Appendix A',
    algorithm: 'chacha20-poly1305',
    key: '808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f',
    salt: 'a0a1a2a3',
    iv: '1011121314151617',
    associated: '0102030400000005',
    plaintext:
      '45000054a6f200004001e778c6336405c000020508005b7a3a080000553bec100007362708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363701020204',
    ciphertext:
      '24039428b97f417e3c13753a4f05087b67c352e6a7fab1b982d466ef407ae5c614ee8099d52844eb61aa95dfab4c02f72aa71e7c4c4f64c9befe2facc638e8f3cbec163fac469b502773f6fb94e664da9165b82829f641e0',
    icv: '76aaa8266b7fb0f7b11b369907e1ad43',
  },
];

/** RFC 3602 §4, cases 5 to 8: ESP packets without ICV, captured from a ping. */
export const CBC_PACKETS: readonly { key: string; packet: string; payload: string; nextHeader: number }[] = [
  {
    key: '90d382b410eeba7ad938c46cec1a82bf',
    packet:
      '0000432100000001e96e8c08ab465763fd098d45dd3ff893f663c25d325c18c6a9453e194e120849a4870b66cc6b9965330013b4898dc856a4699e523a55db080b59ec3a8e4b7e52775b07d1db34ed9c538ab50c551b874aa269add047ad2d5913ac19b7cfbad4a6',
    payload:
      '08000ebda70a00008e9c083db95b070008090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637',
    nextHeader: 1,
  },
  {
    key: '90d382b410eeba7ad938c46cec1a82bf',
    packet:
      '000043210000000869d08df7d203329db093fc4924e5bd80f51995881ec4e0c4488987ce742e8109689bb379d2d750c0d915dca346a89f75',
    payload: '0800b5e8a80a0500a69c083d0b660e00777777777777777777777777',
    nextHeader: 1,
  },
  {
    key: '0123456789abcdef0123456789abcdef',
    packet:
      '0000876500000002f4e765244f6407adf13dc1380f673f37773b5241a4c449225e4f3ce5ed611b0c237ca96cf74a93013c1b0ea1a0cf70f8e4ecaec78ac53aad7a0f022b859243c647752e94a859352b8a4d4d2decd136e5c177f132ad3fbfb2201ac9904c74ee0a109e0ca1e4dfe9d5a100b842f1c22f0d',
    payload:
      '45000054090400004001f988c0a87b03c0a87bc808009f76a90a0100b49c083d02a2040008090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637',
    nextHeader: 4,
  },
  {
    key: '0123456789abcdef0123456789abcdef',
    packet:
      '000087650000000585d47224b5f3dd5d2101d4ea8dffab2215b92683819596a8047232cc00f7048fe45318e11f8a0f62ede3c3fc61203bb50f980a08c9843fd3a1b06d5c07ff9639b7eb7dfb3512e5de435e7207ed971ef3d2726d9b5ef6affc6d17a0decbb13892',
    payload:
      '45000044090c00004001f990c0a87b03c0a87bc80800d63caa0a0200c69c083da3de0300ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    nextHeader: 4,
  },
];

/** RFC 4868 §2.7.2: `ICV` is the truncated one. */
export const HMAC_VECTORS: readonly {
  source: string;
  hash: 'sha256' | 'sha384' | 'sha512';
  key: string;
  data: string;
  icv: string;
}[] = [
  {
    source: 'AUTH256-1',
    hash: 'sha256',
    key: '0b'.repeat(32),
    data: 'Hi There',
    icv: '198a607eb44bfbc69903a0f1cf2bbdc5',
  },
  {
    source: 'AUTH256-2',
    hash: 'sha256',
    key: '4a656665'.repeat(8),
    data: 'what do ya want for nothing?',
    icv: '167f928588c5cc2eef8e3093caa0e87c',
  },
  {
    source: 'AUTH384-1',
    hash: 'sha384',
    key: '0b'.repeat(48),
    data: 'Hi There',
    icv: 'b6a8d5636f5c6a7224f9977dcf7ee6c7fb6d0c48cbdee973',
  },
  {
    source: 'AUTH512-1',
    hash: 'sha512',
    key: '0b'.repeat(64),
    data: 'Hi There',
    icv: '637edc6e01dce7e6742a99451aae82df23da3e92439e590e43e761b33e910fb8',
  },
  {
    source: 'AUTH512-2',
    hash: 'sha512',
    key: '4a656665'.repeat(16),
    data: 'what do ya want for nothing?',
    icv: 'cb370917ae8a7ce28cfd1d8f4705d6141c173b2a9362c15df235dfb251b15454',
  },
];
