"""What Coinbase's own library and an independent reader say of tokens of ours: `coinbase_tokens.py FILE`.

FILE holds a JSON list of {token, secret, open, use, name}; the answer is a list of {verified, ours, theirs} with
header and claims as texts. Exits 77 where the packages cannot be had."""

import json
import sys
import unittest

import packages

PACKAGES = ["coinbase-advanced-py==1.8.4", "PyJWT==2.15.1", "cryptography==50.0.2"]


def said(jwt, token):
    claims = jwt.decode(token, options={"verify_signature": False})
    header = jwt.get_unverified_header(token)
    return {"header": texts(header), "claims": texts(claims)}


def texts(members):
    return {name: str(value) for name, value in members.items()}


def is_genuine(jwt, case):
    """Whether the token was signed by the owner of the open key. Its time is a fixture's, long ago."""
    algorithm = jwt.get_unverified_header(case["token"])["alg"]
    if algorithm not in ("ES256", "EdDSA"):
        return False
    try:
        jwt.decode(case["token"], case["open"], algorithms=[algorithm],
                   options={"verify_exp": False, "verify_nbf": False})  # fmt: skip
    except jwt.InvalidTokenError:
        return False
    return True


def main(path):
    try:
        generator = packages.module("coinbase.jwt_generator", "coinbase-venv", PACKAGES)
    except unittest.SkipTest as reason:
        print(reason, file=sys.stderr)
        return 77
    import jwt

    with open(path) as stream:
        cases = json.load(stream)
    verdicts = []
    for case in cases:
        theirs = (generator.build_rest_jwt(case["use"], case["name"], case["secret"]) if case["use"]
                  else generator.build_ws_jwt(case["name"], case["secret"]))  # fmt: skip
        verdicts.append({"verified": is_genuine(jwt, case), "ours": said(jwt, case["token"]),
                         "theirs": said(jwt, theirs)})  # fmt: skip
    json.dump(verdicts, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
