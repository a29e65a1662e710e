"""Makes the calls of enrolment, access keys and sessions with the real boto3, and prints the shape of each answer.

The server is the one of AWS_ENDPOINT_URL. Arguments: the user, a profile with long-term keys for STS, and one for IAM,
which may ask for a session with MFA. Values do not matter, names and types do.
"""

import base64
import hashlib
import hmac
import json
import struct
import sys
import time

import boto3


def code(seed, step):
    """RFC 6238, by somebody else than the product."""
    digest = hmac.new(base64.b32decode(seed), struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 1000000:06d}"


def shape(value):
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in sorted(value.items()) if key != "ResponseMetadata"}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def main(user, keys, session):
    sts = boto3.Session(profile_name=keys).client("sts")
    iam = boto3.Session(profile_name=session).client("iam")
    shapes = {}

    def call(client, name, **arguments):
        answer = getattr(client, name)(**arguments)
        shapes[name] = shape(answer)
        return answer

    call(sts, "get_caller_identity")
    call(sts, "get_access_key_info", AccessKeyId=iam._request_signer._credentials.access_key)
    call(sts, "get_session_token")
    call(iam, "get_user", UserName=user)

    device = call(iam, "create_virtual_mfa_device", VirtualMFADeviceName=f"{user}-second")["VirtualMFADevice"]
    call(iam, "list_virtual_mfa_devices")
    serial, step = device["SerialNumber"], int(time.time()) // 30
    codes = [code(device["Base32StringSeed"], at) for at in (step - 1, step)]
    call(
        iam,
        "enable_mfa_device",
        UserName=user,
        SerialNumber=serial,
        AuthenticationCode1=codes[0],
        AuthenticationCode2=codes[1],
    )
    call(iam, "list_mfa_devices", UserName=user)
    call(iam, "deactivate_mfa_device", UserName=user, SerialNumber=serial)
    call(iam, "delete_virtual_mfa_device", SerialNumber=serial)

    key = call(iam, "create_access_key", UserName=user)["AccessKey"]
    call(iam, "list_access_keys", UserName=user)
    call(iam, "update_access_key", UserName=user, AccessKeyId=key["AccessKeyId"], Status="Inactive")
    call(iam, "get_access_key_last_used", AccessKeyId=key["AccessKeyId"])
    call(iam, "delete_access_key", UserName=user, AccessKeyId=key["AccessKeyId"])
    call(iam, "list_account_aliases")
    print(json.dumps(shapes))


main(*sys.argv[1:])
