# Part of ../lib.sh: the SAs and policies of a guest's kernel.
# shellcheck shell=bash disable=SC2034,SC2154 # defined and used in the other files of lib.sh

# sa_transform ALGORITHM KEY: the words of `ip xfrm state add` for aes-gcm (KEY: 16 bytes of key, 4 of salt),
# aes-cbc-hmac-sha256 (KEY: 16 bytes for AES, 32 for HMAC) or, for AH, hmac-sha256 (KEY: 32 bytes), KEY in hexadecimal
# without 0x.
sa_transform() {
  case $1 in
    aes-gcm) echo "aead 'rfc4106(gcm(aes))' 0x$2 128" ;;
    aes-cbc-hmac-sha256) echo "auth-trunc 'hmac(sha256)' 0x${2:32} 128 enc 'cbc(aes)' 0x${2:0:32}" ;;
    hmac-sha256) echo "auth-trunc 'hmac(sha256)' 0x$2 128" ;;
  esac
}

# sa_key_bytes ALGORITHM: how long its KEY is.
sa_key_bytes() {
  case $1 in
    aes-gcm) echo 20 ;;
    aes-cbc-hmac-sha256) echo 48 ;;
    hmac-sha256) echo 32 ;;
    *) die "unknown algorithm '$1': use aes-gcm or aes-cbc-hmac-sha256, or hmac-sha256 for AH" ;;
  esac
}

# sa_add SOURCE DESTINATION PROTOCOL SPI MODE TRANSFORM [SOURCE-PORT DESTINATION-PORT]: the words for ip(8) that give a
# kernel an SA; with ports, of ESP-in-UDP. In tunnel mode both families may travel inside.
sa_add() {
  local encapsulation='' inner='' any=0.0.0.0
  if [[ $1 == *:* ]]; then any=::; fi
  if (($# == 8)); then encapsulation="encap espinudp $7 $8 $any"; fi
  if [[ $5 == tunnel ]]; then inner='flag af-unspec'; fi
  echo "xfrm state add src $1 dst $2 proto $3 spi $4 reqid 1 mode $5 replay-window 32 $inner $6 $encapsulation"
}

# sa_policies LOCAL PEER PROTOCOL MODE LOCAL-NET PEER-NET: the words for ip(8), lines of them, that give a kernel the
# policies for one pair of nets.
sa_policies() {
  local direction directions=(in)
  if [[ $4 == tunnel ]]; then directions+=(fwd); fi
  echo "xfrm policy add src $5 dst $6 dir out priority 2 tmpl src $1 dst $2 proto $3 reqid 1 mode $4"
  for direction in "${directions[@]}"; do
    echo "xfrm policy add src $6 dst $5 dir $direction priority 2 tmpl src $2 dst $1 proto $3 reqid 1 mode $4"
  done
}

# sa_wireshark_key SOURCE DESTINATION SPI ALGORITHM KEY: one line of Wireshark's esp_sa table.
sa_wireshark_key() {
  local family=IPv4 encryption='AES-GCM with 16 octet ICV [RFC4106]' authentication='NULL' key=$5 authentication_key=''
  if [[ $1 == *:* ]]; then family=IPv6; fi
  if [[ $4 == aes-cbc-hmac-sha256 ]]; then
    encryption='AES-CBC [RFC3602]' authentication='HMAC-SHA-256-128 [RFC4868]'
    authentication_key=0x${key:32} key=${key:0:32}
  fi
  echo "\"$family\",\"$1\",\"$2\",\"$3\",\"$encryption\",\"0x$key\",\"$authentication\",\"$authentication_key\""
}
