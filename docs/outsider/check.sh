#!/usr/bin/env bash
# Checks a model of somebody else's mlaas without trusting it, with public tools only:
#
#   docs/outsider/check.sh PASSPORT FILE [--rpc URL] [--registry ADDRESS] [--chain ID]
#
#   PASSPORT    address of a published passport (http://host/model/ID/passport), or a folder with what was there once:
#               passport.json, model.sig, commitments.json, statement.json, verdict<reproduction>.json
#   FILE        the model's file, wherever it came from
#   --rpc       JSON-RPC of a node of the chain that you trust; without one, the chain is not asked and nothing is proved
#               about when and by whom
#   --registry  address of the registry contract, if you know it from elsewhere; else the passport's is taken
#   --chain     the chain's id, likewise
#
# Needs bash, curl, jq, openssl, sha256sum; and model_signing (https://pypi.org/project/model-signing/) on the PATH, or in
# MODEL_SIGNING, or python3 with pip to install it into a virtual environment (MLAAS_CHECK_VENV, by default a temporary one).
#
# Exit: 0 all checks passed · 1 a check failed · 2 wrong usage · 3 a tool is missing · 4 the documents cannot be had ·
#       5 nothing failed, but the evidence is not complete yet (not signed or anchored so far, or no --rpc)
set -uo pipefail
export LC_ALL=C

# The first four bytes of Keccak-256 of the signatures of AnchorRegistry's functions.
BATCH_OF=aee05732 # batchOf(bytes32)
KEY_OF=df78bce2   # keyOf(bytes32)

usage() { sed -n '2,20s/^# \{0,1\}//p' "$0" >&2; exit 2; }
stop() { echo "STOP  $2" >&2; exit "$1"; }

passport='' file='' rpc='' registry='' chain=''
while [ $# -gt 0 ]; do
  case $1 in
    --rpc | --registry | --chain)
      [ $# -ge 2 ] || usage
      declare "${1#--}=$2"
      shift 2
      ;;
    -*) usage ;;
    *)
      if [ -z "$passport" ]; then passport=$1; elif [ -z "$file" ]; then file=$1; else usage; fi
      shift
      ;;
  esac
done
[ -n "$passport" ] && [ -n "$file" ] || usage
[ -f "$file" ] && [ -r "$file" ] || stop 4 "$file cannot be read"
for tool in curl jq openssl sha256sum base64 od; do
  command -v "$tool" >/dev/null || stop 3 "$tool is not on the PATH"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

failed=0 missing=0
say() { printf '%s  %s\n' "$1" "$(tr -cd '[:print:]' <<<"$2")"; } # what others wrote stays text
pass() { say 'ok  ' "$1"; }
fail() { say FAIL "$1"; failed=$((failed + 1)); }
later() { say OPEN "$1"; missing=$((missing + 1)); }
same() { # WHAT FOUND EXPECTED
  if [ -n "$2" ] && [ "$2" = "$3" ]; then pass "$1: $2"; else fail "$1: $2 (expected: $3)"; fi
}
is_hex() { [[ $1 =~ ^[0-9a-f]{64}$ ]]; }
sha256() { sha256sum <"$1" | cut -d' ' -f1; }
unhex() { printf '%b' "$(sed 's/../\\x&/g' <<<"$1")"; }
sha256_of_hex() { unhex "$1" | sha256sum | cut -d' ' -f1; }

# --- the documents -----------------------------------------------------------------------------------------------------
have() { # NAME FILE: keeps a document, exactly as it is served
  if [ -d "$passport" ]; then
    [ -f "$passport/$2" ] && cp "$passport/$2" "$work/$2"
  else
    curl -fsS --max-time 60 "${passport%/passport}/$1" -o "$work/$2" 2>"$work/curl.log"
  fi
}
have_verdict() { # REPRODUCTION FILE: one of the verdicts, which are served together
  if [ -d "$passport" ]; then
    have reproductions "$2"
  else
    have reproductions reproductions.json \
      && jq -ejc --arg id "$1" '.[] | select(.reproduction_id == $id) | .envelope' "$work/reproductions.json" >"$work/$2"
  fi
}
have passport passport.json || stop 4 "no passport at $passport: $(cat "$work/curl.log" 2>/dev/null)"
jq -e '.format == "mlaas-passport/1"' "$work/passport.json" >/dev/null 2>&1 \
  || stop 4 "what is at $passport is no passport (expected: JSON with format mlaas-passport/1)"
of() { jq -r "$@" "$work/passport.json"; }

model=$(of '.model.id')
owner=$(of '.model.organization_id')
digest=$(of '.model.sha256')
echo "model $model of organization $owner"

# --- the file ----------------------------------------------------------------------------------------------------------
found=$(sha256 "$file")
same 'SHA-256 of the file' "$found" "$digest"

# --- the keys ----------------------------------------------------------------------------------------------------------
i=0
while IFS= read -r id; do
  is_hex "$id" || { fail "key id $id (expected: 64 hexadecimal digits)"; i=$((i + 1)); continue; }
  # As openssl writes it: the fingerprint is of exactly these characters.
  if of --argjson i "$i" '.keys[$i].public_key' | openssl pkey -pubin -pubout -out "$work/$id.pem" 2>/dev/null; then
    same 'fingerprint of a key' "$(sha256 "$work/$id.pem")" "$id"
  else
    fail "key $id cannot be read as a public key"
  fi
  [ "$(sha256 "$work/$id.pem" 2>/dev/null)" = "$id" ] || rm -f "$work/$id.pem"
  i=$((i + 1))
done < <(of '.keys[].key_id')
owners_key=$(of '[.evidence[] | select(.kind == "signature") | .key_id // empty][0] // empty')
is_hex "$owners_key" || owners_key=''
organization_of() { of --arg id "$1" '[.keys[] | select(.key_id == $id)][0].organization_id // "the platform"'; }

# --- the model's signature, by the OpenSSF's own verifier ----------------------------------------------------------------
verifier() {
  if [ -n "${MODEL_SIGNING:-}" ]; then
    model_signing=$MODEL_SIGNING
  elif command -v model_signing >/dev/null; then
    model_signing=$(command -v model_signing)
  else
    local venv=${MLAAS_CHECK_VENV:-$work/venv}
    if [ ! -x "$venv/bin/model_signing" ]; then
      command -v python3 >/dev/null || stop 3 'neither model_signing nor python3 is on the PATH'
      python3 -m venv "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check model-signing pyopenssl >&2 \
        || stop 3 'model_signing cannot be installed with pip'
    fi
    model_signing=$venv/bin/model_signing
  fi
}
if [ -z "$(of '.evidence[] | select(.kind == "signature" and .digest != null) | .digest')" ]; then
  later 'the model is not signed yet'
elif ! have signature model.sig; then
  fail 'there is a signature, but it cannot be had'
elif [ -z "$owners_key" ] || [ ! -f "$work/$owners_key.pem" ]; then
  fail "the owner's key is not among the passport's keys"
else
  verifier
  jq -r '.dsseEnvelope.payload // empty' "$work/model.sig" | base64 -d 2>/dev/null >"$work/signed.json"
  # The verifier wants a folder: for a single file it expects another name than the specification.
  name=$(jq -r '.predicate.resources[0].name // empty' "$work/signed.json" 2>/dev/null)
  [[ $name =~ ^[A-Za-z0-9_][A-Za-z0-9._-]{0,200}$ ]] || name=model
  mkdir "$work/model" && { ln -L "$file" "$work/model/$name" 2>/dev/null || cp -L "$file" "$work/model/$name"; }
  if "$model_signing" verify key "$work/model" --signature "$work/model.sig" --public_key "$work/$owners_key.pem" \
    >"$work/verifier.log" 2>&1; then
    pass "model_signing: signed by $owners_key"
  else
    fail "model_signing refuses the signature: $(tail -n 2 "$work/verifier.log" | tr '\n' ' ')"
  fi
  same "whose key" "$(organization_of "$owners_key")" "$owner"
  # What is anchored of it: the digest of its subject, over the digests of the files.
  same "signature's subject" "$(jq -r '.subject[0].digest.sha256' "$work/signed.json" 2>/dev/null)" "$(sha256_of_hex "$found")"
fi

# --- signed statements (DSSE) --------------------------------------------------------------------------------------------
statement() { # NAME FILE: an in-toto statement about the model, in an envelope that a key of the passport signed
  local what=$1 envelope=$work/$2 type key
  type=$(jq -r '.payloadType' "$envelope" 2>/dev/null)
  key=$(jq -r '.signatures[0].keyid' "$envelope" 2>/dev/null)
  if ! is_hex "$key" || [ ! -f "$work/$key.pem" ]; then
    fail "$what: signed by $key (expected: a key of the passport)"
    return
  fi
  jq -r '.payload' "$envelope" | base64 -d >"$work/payload" 2>/dev/null || { fail "$what: the payload is no Base64"; return; }
  jq -r '.signatures[0].sig' "$envelope" | base64 -d >"$work/sig" 2>/dev/null || { fail "$what: the signature is no Base64"; return; }
  { printf 'DSSEv1 %d %s %d ' "${#type}" "$type" "$(wc -c <"$work/payload")"; cat "$work/payload"; } >"$work/pae"
  if openssl dgst -sha256 -verify "$work/$key.pem" -signature "$work/sig" "$work/pae" >/dev/null 2>&1; then
    pass "$what: signed by $key"
  else
    fail "$what: not signed by $key"
    return
  fi
  same "$what: whose key" "$(organization_of "$key")" 'the platform'
  same "$what: about" "$(jq -r '.subject[0].digest.sha256' "$work/payload" 2>/dev/null)" "$digest"
}
count=0
while IFS=$'\t' read -r kind part document expected path; do
  count=$((count + 1))
  if ! [[ $document =~ ^[a-z0-9-]+\.json$ && $path =~ ^[A-Za-z0-9/?=\&._-]+$ ]]; then
    fail "$kind $part: the document's name is malformed"
  elif ! { if [ "$kind" = verdict ]; then have_verdict "$part" "$document"; else have "$path" "$document"; fi; }; then
    fail "$kind $part: the document cannot be had"
  else
    same "$kind $part: SHA-256 of the document" "$(sha256 "$work/$document")" "$expected"
    statement "$kind $part" "$document"
  fi
done < <(of '.evidence[] | select(.digest != null and .path != null
    and (.kind == "statement" or .kind == "commitments" or .kind == "verdict"))
    | [.kind, .part // "-", (.kind + (.part // "") + ".json"), .digest, .path] | @tsv')
[ "$count" -gt 0 ] || later 'there is no statement about the model yet'

# --- inclusion proofs (RFC 6962, verified as RFC 9162, 2.1.3.2) ------------------------------------------------------------
leads_to_root() { # DIGEST INDEX SIZE ROOT HASH...
  local node place=$2 last=$(($3 - 1)) root=$4 hash
  node=$({ printf '\0'; unhex "$1"; } | sha256sum | cut -d' ' -f1)
  shift 4
  for hash; do
    is_hex "$hash" || return 1
    [ "$last" -gt 0 ] || return 1
    if [ $((place & 1)) -eq 1 ] || [ "$place" -eq "$last" ]; then
      node=$({ printf '\1'; unhex "$hash$node"; } | sha256sum | cut -d' ' -f1)
      while [ $((place & 1)) -eq 0 ] && [ "$place" -ne 0 ]; do place=$((place >> 1)) last=$((last >> 1)); done
    else
      node=$({ printf '\1'; unhex "$node$hash"; } | sha256sum | cut -d' ' -f1)
    fi
    place=$((place >> 1)) last=$((last >> 1))
  done
  [ "$last" -eq 0 ] && [ "$node" = "$root" ]
}
is_number() { [[ $1 =~ ^(0|[1-9][0-9]{0,17})$ ]]; }
: >"$work/roots"
while IFS=$'\t' read -r kind part expected proved index size root batch block time at on hashes; do
  if [ "$proved" = - ]; then
    later "$kind $part: not anchored yet"
    continue
  fi
  [ "$kind" != file ] || expected=$digest
  if [ "$proved" != "$expected" ]; then
    fail "$kind $part: the proof is of $proved (expected: $expected)"
  elif ! is_hex "$proved" || ! is_hex "$root" || ! is_number "$index" || ! is_number "$size" || ! is_number "$batch" \
    || ! is_number "$block" || [ "$index" -ge "$size" ]; then
    fail "$kind $part: the proof is malformed"
  elif leads_to_root "$proved" "$index" "$size" "$root" $hashes; then
    pass "$kind $part: leaf $index of $size under root $root"
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$root" "$batch" "$size" "$block" "$time" "$at" "$on" >>"$work/roots"
  else
    fail "$kind $part: the proof does not lead to root $root"
  fi
done < <(of '.evidence[] | select(.digest != null)
    | [.kind, .part // "-", .digest]
      + (if .proof == null then ["-", 0, 0, "-", 0, 0, "-", "-", 0, ""]
         else [.proof.digest, .proof.log_index, .proof.tree_size, .proof.root, .proof.batch, .proof.block,
               .proof.block_time, .proof.registry, .proof.chain_id, (.proof.hashes | join(" "))] end)
    | @tsv')

# --- the chain -----------------------------------------------------------------------------------------------------------
ask() { # METHOD PARAMS: the result, or nothing
  curl -fsS --max-time 30 -H 'Content-Type: application/json' \
    -d "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$1\",\"params\":$2}" "$rpc" 2>"$work/curl.log" | jq -er '.result' 2>/dev/null
}
call() { ask eth_call "[{\"to\":\"$registry\",\"data\":\"0x$1$2\"},\"latest\"]"; }
word() { printf '%s' "${1:$((2 + 64 * $2)):64}"; }
number() { printf '%d' "0x$(sed 's/^0*\(.\)/\1/' <<<"${1: -16}")"; }
lower() { tr '[:upper:]' '[:lower:]' <<<"$1"; }
at_of_roots() { cut -f6 "$work/roots" | sort -u; }
[ -n "$registry" ] || { registry=$(at_of_roots | head -n 1); given=; }
if [ ! -s "$work/roots" ]; then
  later 'nothing is anchored yet: there is nothing to ask the chain'
elif [ -z "$rpc" ]; then
  later 'the chain was not asked: give --rpc'
elif ! [[ $registry =~ ^0x[0-9a-fA-F]{40}$ ]]; then
  fail "registry: $registry (expected: 0x and 40 hexadecimal digits)"
elif ! id=$(ask eth_chainId '[]'); then
  fail "the node at $rpc does not answer: $(cat "$work/curl.log")"
else
  [ -n "${given-given}" ] || echo "note  the registry's address is the passport's own word: $registry (compare it with one you know)"
  id=$((id))
  [ -z "$chain" ] || same "the node's chain" "$id" "$chain"
  while IFS=$'\t' read -r root batch size block time at on; do
    if [ "$(lower "$at")" != "$(lower "$registry")" ]; then
      fail "root $root: said to be in the registry $at (expected: $registry)"
      continue
    fi
    if [ "$on" != "$id" ]; then
      fail "root $root: said to be on chain $on (expected: $id, the node's)"
      continue
    fi
    answer=$(call "$BATCH_OF" "$root")
    if [ "${#answer}" -ne $((2 + 4 * 64)) ]; then
      fail "root $root: the registry $registry does not answer"
    elif [ "$(number "$(word "$answer" 0)")" -eq 0 ]; then
      fail "root $root: not on the chain"
    else
      same "root $root on the chain: batch, size, block" \
        "$(number "$(word "$answer" 0)") $(number "$(word "$answer" 1)") $(number "$(word "$answer" 2)")" "$batch $size $block"
      same "root $root on the chain: time" "$(date -u -d "@$(number "$(word "$answer" 3)")" +%Y-%m-%dT%H:%M:%SZ)" "$time"
    fi
  done < <(sort -u "$work/roots")
  while IFS=$'\t' read -r key organization; do
    is_hex "$key" || continue
    answer=$(call "$KEY_OF" "$key")
    expected=$(tr -d - <<<"$organization")
    [ "$organization" != - ] || expected=00000000000000000000000000000000
    if [ "${#answer}" -ne $((2 + 3 * 64)) ] || [ "$(number "$(word "$answer" 1)")" -eq 0 ]; then
      fail "key $key: not published on the chain"
    else
      word=$(word "$answer" 0)
      same "key $key on the chain: organization" "${word:0:32}" "$expected"
      revoked=$(number "$(word "$answer" 2)")
      newest=$(cut -f5 "$work/roots" | sort | tail -n 1)
      if [ "$revoked" -ne 0 ] && [ "$revoked" -le "$(date -u -d "$newest" +%s)" ]; then
        fail "key $key: revoked at $(date -u -d "@$revoked" +%Y-%m-%dT%H:%M:%SZ), before what it signed was anchored"
      fi
    fi
  done < <(of '.keys[] | [.key_id, .organization_id // "-"] | @tsv')
fi

# --- the verdict ---------------------------------------------------------------------------------------------------------
if [ "$failed" -gt 0 ]; then
  echo "REFUSED: $failed of the checks failed"
  exit 1
elif [ "$missing" -gt 0 ]; then
  echo "INCOMPLETE: nothing is wrong, but $missing things are not proved"
  exit 5
fi
echo "GENUINE: the file is the model $model, signed by its owner, and anchored on the chain"
